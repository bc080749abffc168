import type { LinkProps } from '@tanstack/react-router'
import type { Answer } from '../api/api.ts'
import type { IconName } from '../ui/Icon.tsx'

export type SearchHit = Answer<'GET /admin/v1/search'>['hits'][number]
export type ShownHit = {
  readonly key: string
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
        icon: 'events',
        text: hit.text,
        note: `event from ${hit.source}`,
        link: { to: '/events/$address', params: { address } },
      }
    }
    case 'person':
      return {
        key: `person ${hit.of} ${hit.id}`,
        icon: 'person',
        text: hit.id,
        note: hit.of,
        link: { to: '/events', search: { person: hit.id } },
      }
    case 'event name':
      return {
        key: `name ${hit.source} ${hit.type} ${hit.name}`,
        icon: 'events',
        text: hit.name,
        note: `${hit.count.toLocaleString('en-US')} ${hit.type} events from ${hit.source}`,
        link: { to: '/events', search: { event: hit.name, source: hit.source } },
      }
    case 'source':
      return {
        key: `source ${hit.id}`,
        icon: 'sources',
        text: hit.name,
        note: 'source',
        link: { to: '/sources/$sourceId', params: { sourceId: hit.id } },
      }
    case 'destination':
      return {
        key: `destination ${hit.id}`,
        icon: 'destinations',
        text: hit.name,
        note: 'destination',
        link: { to: '/destinations/$destinationId', params: { destinationId: hit.id } },
      }
  }
}
