import { DatabaseSync } from 'node:sqlite'

export type Log = { readonly entries: number; readonly events: number; readonly problem: string | undefined }

const TYPES = new Set(['track', 'identify', 'page', 'screen', 'group', 'alias'])
const EVENT_BYTES_MAX = 65_536
const LEVELS_MAX = 32
const KEYS_MAX = 10_000
const ID_CHARS_MAX = 255

/**
 * Reads back all that the log has, and holds each event to what docs/errors.md says of calls that are refused. It shares
 * no code with ingest: what ingest takes for valid is what is in question.
 */
export function readLog(file: string): Log {
  const db = new DatabaseSync(file, { readOnly: true })
  let [entries, events] = [0, 0]
  let problem: string | undefined
  try {
    for (const row of db.prepare('select text from chunk').iterate()) {
      for (const entry of JSON.parse(String(row['text'])) as Record<string, unknown>[]) {
        if (isSample(entry)) continue
        entries += 1
        if (entry['kind'] !== 'event') continue
        events += 1
        const found = problemOf(entry)
        problem ??= found === undefined ? undefined : `${found}: ${JSON.stringify(entry).slice(0, 1_000)}`
      }
    }
  } finally {
    db.close()
  }
  return { entries, events, problem }
}

type Event = Readonly<Record<string, unknown>>

/** The admin API sends sample events to a source when somebody asks for them. */
function isSample({ event }: Record<string, unknown>): boolean {
  const context = (event as Event | undefined)?.['context'] as Event | undefined
  return (context?.['library'] as Event | undefined)?.['name'] === 'millrace-sample'
}

function problemOf(entry: Record<string, unknown>): string | undefined {
  const event = entry['event'] as Event
  if (!['fuzz-open', 'fuzz-site'].includes(String(entry['sourceId'])))
    return 'it is of a source that may not send'
  if (Buffer.byteLength(JSON.stringify(entry)) > EVENT_BYTES_MAX) return 'it is too large'
  const keys = keysWithin(event, LEVELS_MAX)
  if (!(keys <= KEYS_MAX)) return 'it is too deep or has too many keys'
  return fieldProblem(event)
}

function fieldProblem(event: Event): string | undefined {
  const type = String(event['type'])
  if (!TYPES.has(type)) return 'its type is none'
  // Other fields of that kind are as they were sent, where the type of the call has no use for them.
  const ids = ['messageId', 'anonymousId', 'userId', ...(type === 'group' ? ['groupId'] : [])]
  for (const name of type === 'alias' ? [...ids, 'previousId'] : ids) {
    const value = event[name]
    if (value === undefined) continue
    if (typeof value !== 'string' || value === '' || value.length > ID_CHARS_MAX)
      return `its ${name} is wrong`
  }
  if (typeof event['messageId'] !== 'string') return 'it has no messageId'
  if (event['userId'] === undefined && event['anonymousId'] === undefined) return 'it is nobody’s'
  if (type === 'track' && (typeof event['event'] !== 'string' || event['event'].trim() === ''))
    return 'it has no name'
  if (type === 'group' && typeof event['groupId'] !== 'string') return 'it has no group'
  if (type === 'alias' && typeof event['previousId'] !== 'string') return 'it has nobody before'
  if (Number.isNaN(Date.parse(String(event['timestamp'])))) return 'its timestamp is no date'
  for (const name of ['properties', 'traits', 'context', 'integrations']) {
    const value = event[name]
    if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      return `its ${name} is no object`
    }
  }
  return 'writeKey' in event ? 'it holds a write key' : undefined
}

/** How many names and items it has; more than any number when it is deeper than may be. */
function keysWithin(value: unknown, levels: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (levels === 0) return Number.POSITIVE_INFINITY
  const parts = Object.values(value)
  return parts.reduce((sum: number, part) => sum + keysWithin(part, levels - 1), parts.length)
}
