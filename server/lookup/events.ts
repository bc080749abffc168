import type { AnswerOf, QueryOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { AppError } from '../../core/errors.ts'
import type { Address, Envelope } from '../../core/event.ts'
import type { ConnectedInstance } from '../../core/transform/connected.ts'
import { type FateDeps, fateOf } from './fate.ts'
import { type EventFilter, entryAt, type FindDeps, findEvents } from './find.ts'
import { cursorText, isoTime, readAddress, readTime, shownEntry } from './shown.ts'

export const COUNT_DEFAULT = 50

export type EventLookupDeps = FindDeps & FateDeps & { readonly now_ms: () => number }
type Query = QueryOf<Routes['GET /admin/v1/events']>

/** What came in, newest first. */
export async function eventList(
  deps: FindDeps,
  query: Query,
): Promise<AnswerOf<Routes['GET /admin/v1/events']>> {
  const { limit: count_max = COUNT_DEFAULT, before } = query
  const page = { count_max, ...(before === undefined ? {} : { before: readAddress('before', before) }) }
  const { envelopes, next, searchedTo_ms } = await findEvents(deps, readFilter(query), page)
  return {
    events: envelopes.map(shownEntry),
    ...(next === undefined ? {} : { next: cursorText(next) }),
    ...(searchedTo_ms === undefined ? {} : { searched_to: isoTime(searchedTo_ms) }),
  }
}

/** @throws {AppError} QUERY_INVALID */
function readFilter({ source, kind, type, event, person, messageId, q, from, to }: Query): EventFilter {
  const [from_ms, to_ms] = [readTime('from', from), readTime('to', to)]
  return {
    ...(source === undefined ? {} : { sourceId: source }),
    ...(kind === undefined ? {} : { kind }),
    ...(type === undefined ? {} : { type }),
    ...(event === undefined ? {} : { name: event }),
    ...(person === undefined ? {} : { person }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(q === undefined || q === '' ? {} : { text: q }),
    ...(from_ms === undefined ? {} : { from_ms }),
    ...(to_ms === undefined ? {} : { to_ms }),
  }
}

/**
 * One entry, and what became of it at each destination that is connected to its source.
 *
 * @throws {AppError} NOT_FOUND when the log has it no more, or never had.
 */
export async function eventDetail(
  deps: EventLookupDeps,
  address: Address,
  instances: readonly ConnectedInstance[],
): Promise<AnswerOf<Routes['GET /admin/v1/events/:address']>> {
  const found = await entryAt(deps.log, address)
  if (found === undefined) throw new AppError('NOT_FOUND', { event: cursorText(address) })
  const entry = deps.shownAs === undefined ? found : await deps.shownAs(found)
  const connected = instances.filter(({ sources }) => sources.includes(entry.sourceId))
  return {
    entry: shownEntry(entry),
    corrections: corrections(entry),
    destinations:
      entry.kind === 'event'
        ? await Promise.all(connected.map((instance) => fateOf(deps, entry, instance)))
        : [],
  }
}

type Corrections = AnswerOf<Routes['GET /admin/v1/events/:address']>['corrections']

/** What ingest changed, as far as the event itself tells. */
function corrections(entry: Envelope): Corrections {
  if (entry.kind !== 'event') return []
  const { timestamp, originalTimestamp, sentAt } = entry.event
  if (originalTimestamp === undefined) {
    return timestamp === entry.receivedAt
      ? [{ at: 'timestamp', text: 'It came without a timestamp: the time at which it came in is taken.' }]
      : []
  }
  const moved_ms = Date.parse(timestamp) - Date.parse(originalTimestamp)
  if (moved_ms === 0 || Number.isNaN(moved_ms)) return []
  return [{ at: 'timestamp', text: clockText(moved_ms, sentAt), was: originalTimestamp }]
}

function clockText(moved_ms: number, sentAt: string | undefined): string {
  const seconds = Math.abs(moved_ms / 1_000).toLocaleString('en-US', { maximumFractionDigits: 3 })
  const way = moved_ms > 0 ? 'behind' : 'ahead'
  return sentAt === undefined
    ? `It was moved by ${seconds} s.`
    : `The sender's clock was ${seconds} s ${way} when it sent this, so the timestamp was put right by as much.`
}
