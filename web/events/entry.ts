import type { Answer } from '../api/api.ts'

/** Whatever came in: an event, a refused call, or a duplicate. */
export type Entry = Answer<'GET /admin/v1/events'>['events'][number]
export type ReceivedEvent = Extract<Entry, { kind: 'event' }>['event']

/** The name that people know it by: `Order Completed`, `Pricing`; else the kind of call. */
export function titleOf(entry: Entry): string {
  switch (entry.kind) {
    case 'event':
      return titleOfEvent(entry.event)
    case 'refused':
      return entry.refusal.type === undefined ? 'A call' : `${entry.refusal.type} call`
    case 'duplicate':
      return 'A call that had come before'
    case 'erased':
      return 'Erased: its person was deleted'
  }
}

function titleOfEvent(event: ReceivedEvent): string {
  if (event.type === 'group') return `Group ${event.groupId}`
  return nameOf(event) ?? TITLES[event.type]
}

const TITLES: Readonly<Record<Exclude<ReceivedEvent['type'], 'group'>, string>> = {
  track: 'Track call',
  identify: 'Identify call',
  page: 'Page without a name',
  screen: 'Screen without a name',
  alias: 'Alias call',
}

/** A track call's event, a page's or screen's name. */
export function nameOf(event: ReceivedEvent): string | undefined {
  switch (event.type) {
    case 'track':
      return event.event
    case 'page':
    case 'screen':
      return event.name === undefined || event.name === '' ? undefined : event.name
    case 'group':
    case 'identify':
    case 'alias':
      return undefined
  }
}

const SUMMARY_MAX = 6

/** What it says, at a glance: `total 45 · currency EUR`; lists and objects by their size. */
export function summaryOf(entry: Entry): string {
  if (entry.kind !== 'event') return ''
  const { event } = entry
  const told = 'properties' in event ? event.properties : 'traits' in event ? event.traits : undefined
  return Object.entries(told ?? {})
    .filter(([, value]) => value !== null && value !== '')
    .slice(0, SUMMARY_MAX)
    .map(([name, value]) => `${name} ${shortText(value)}`)
    .join(' · ')
}

function shortText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`
  return typeof value === 'object' && value !== null ? `{${Object.keys(value).length}}` : String(value)
}

/** Who did it: a userId before an anonymousId. */
export function personOf(entry: Entry): string | undefined {
  return entry.kind === 'event' ? (entry.event.userId ?? entry.event.anonymousId) : undefined
}

export function messageIdOf(entry: Entry): string | undefined {
  switch (entry.kind) {
    case 'event':
      return entry.event.messageId
    case 'refused':
      return entry.refusal.messageId
    case 'duplicate':
      return entry.messageId
    case 'erased':
      return undefined
  }
}

/** `3-1042-7`: an address as it stands in a page's address. */
export function addressParam({ address }: Pick<Entry, 'address'>): string {
  return address.replaceAll('/', '-')
}

/** Whether it stands before the other one in the log. Chunks are numbered through all lanes. */
export function isOlder(entry: Pick<Entry, 'address'>, than: Pick<Entry, 'address'>): boolean {
  const [chunk, index] = placeOf(entry)
  const [otherChunk, otherIndex] = placeOf(than)
  return chunk < otherChunk || (chunk === otherChunk && index < otherIndex)
}

function placeOf({ address }: Pick<Entry, 'address'>): readonly [chunk: number, index: number] {
  const [, chunk = 0, index = 0] = address.split('/').map(Number)
  return [chunk, index]
}
