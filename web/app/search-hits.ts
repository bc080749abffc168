import type { LinkProps } from '@tanstack/react-router'
import type { Answer } from '../api/api.ts'
import type { IconName } from '../ui/Icon.tsx'

export type SearchHit = Answer<'GET /admin/v1/search'>['hits'][number]
export type HitGroup =
  | 'Recent'
  | 'Events with this messageId'
  | 'People'
  | 'Event names'
  | 'Sources'
  | 'Destinations'
  | 'Elsewhere'
export type ShownHit = {
  readonly key: string
  readonly group: HitGroup
  readonly icon: IconName
  readonly text: string
  readonly note: string
  readonly link: LinkProps
}

/** How a hit is shown, and the page it leads to. */
export function showHit(hit: SearchHit): ShownHit {
  switch (hit.kind) {
    case 'event': {
      const address = hit.address.replaceAll('/', '-')
      return {
        key: `event ${address}`,
        group: 'Events with this messageId',
        icon: 'events',
        text: hit.text,
        note: `from ${hit.source}`,
        link: { to: '/events/$address', params: { address } },
      }
    }
    case 'person':
      return {
        key: `person ${hit.of} ${hit.id}`,
        group: 'People',
        icon: 'person',
        text: hit.id,
        note: hit.of,
        link: { to: '/events', search: { person: hit.id } },
      }
    case 'event name':
      return {
        key: `name ${hit.source} ${hit.type} ${hit.name}`,
        group: 'Event names',
        icon: 'events',
        text: hit.name,
        note: `${hit.count.toLocaleString('en-US')} ${hit.type} events from ${hit.source}`,
        link: { to: '/events', search: { event: hit.name, type: hit.type, source: hit.source } },
      }
    case 'source':
      return {
        key: `source ${hit.id}`,
        group: 'Sources',
        icon: 'sources',
        text: hit.name,
        note: 'source',
        link: { to: '/sources/$sourceId', params: { sourceId: hit.id } },
      }
    case 'destination':
      return {
        key: `destination ${hit.id}`,
        group: 'Destinations',
        icon: 'destinations',
        text: hit.name,
        note: 'destination',
        link: { to: '/destinations/$destinationId', params: { destinationId: hit.id } },
      }
  }
}

/** Always the last: what is no name and no id may stand inside of events. */
export function insideHit(asked: string): ShownHit {
  return {
    key: `inside ${asked}`,
    group: 'Elsewhere',
    icon: 'search',
    text: `Look for “${asked}” inside of all events`,
    note: 'in properties, traits, anywhere',
    link: { to: '/events', search: { q: asked } },
  }
}

/** What was searched, for when nothing was found. */
export function nothingText(asked: string): string {
  return `No messageId and no person is “${asked}”, and no event name, source or destination holds it.`
}

/** The hits by their groups, each with its place among all. */
export function grouped(
  hits: readonly ShownHit[],
): readonly { readonly group: HitGroup; readonly hits: readonly (readonly [at: number, hit: ShownHit])[] }[] {
  const groups = new Map<HitGroup, (readonly [number, ShownHit])[]>()
  for (const [at, hit] of hits.entries()) {
    const those = groups.get(hit.group) ?? []
    groups.set(hit.group, those)
    those.push([at, hit])
  }
  return [...groups].map(([group, those]) => ({ group, hits: those }))
}
