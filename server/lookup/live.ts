import type { ShownEntry } from '../../contract/events.ts'
import type { CallType, Entry, Envelope } from '../../core/event.ts'
import { readEnvelopes } from '../log/envelope.ts'
import type { LogReader } from '../log/log.ts'
import { matcher } from './find.ts'
import { shownEntry } from './shown.ts'

/** Some 15 ms of work. What is over it is read the next time. */
const READ_LIMITS = { count_max: 2_000, bytes_max: 3_000_000 }
/** Who is further behind than this goes on from there: a live view shows what happens, not what happened. */
const BEHIND_CHUNKS_MAX = 2_000
/** So many chunks are counted that are passed over so. */
const COUNTED_CHUNKS_MAX = 20_000

export type LiveFilter = {
  readonly sourceId?: string
  readonly kinds?: readonly Entry['kind'][]
  readonly type?: CallType
  readonly name?: string
  /** Stands somewhere in the entry, in whatever case. */
  readonly text?: string
}
/** Everything before it has been looked at; chunk numbers are those of the whole log. */
export type LivePlace = { readonly chunk: number; readonly index: number }
export type LiveAsked = {
  /** Undefined: from now on. */
  readonly from: LivePlace | undefined
  readonly filter: LiveFilter
  readonly count_max: number
}
export type LiveEntries = {
  readonly entries: readonly ShownEntry[]
  /** Entries that fit and were left out, and all that were passed over unread. */
  readonly skipped: number
  /** Where to go on. */
  readonly place: LivePlace
}

/** What came in since a place, in the order in which it came; at most so many entries, the rest counted. */
export async function liveEntries(
  log: LogReader,
  { from, filter, count_max }: LiveAsked,
): Promise<LiveEntries> {
  const end = await log.firstAt(Number.POSITIVE_INFINITY)
  if (from === undefined) return { entries: [], skipped: 0, place: { chunk: end, index: 0 } }
  const { place: begin, skipped: passed } = await notTooFar(log, from, end)
  const fits = liveMatcher(filter)
  const entries: ShownEntry[] = []
  let skipped = passed
  let place = begin
  for (const chunk of await log.after(begin.chunk - 1, READ_LIMITS)) {
    const first = chunk.chunk === begin.chunk ? begin.index : 0
    for (const envelope of readEnvelopes(chunk).slice(first)) {
      if (!fits(envelope)) continue
      if (entries.length < count_max) entries.push(shownEntry(envelope))
      else skipped += 1
    }
    place = { chunk: chunk.chunk + 1, index: 0 }
  }
  return { entries, skipped, place }
}

async function notTooFar(
  log: LogReader,
  from: LivePlace,
  end: number,
): Promise<{ readonly place: LivePlace; readonly skipped: number }> {
  if (end - from.chunk <= BEHIND_CHUNKS_MAX) return { place: from, skipped: 0 }
  const chunk = end - BEHIND_CHUNKS_MAX
  const heads = await log.headsAfter(from.chunk - 1, Math.min(chunk - from.chunk, COUNTED_CHUNKS_MAX))
  const passed = heads.filter((head) => head.chunk < chunk)
  return { place: { chunk, index: 0 }, skipped: passed.reduce((sum, { count }) => sum + count, 0) }
}

function liveMatcher({ kinds, text, sourceId, type, name }: LiveFilter): (envelope: Envelope) => boolean {
  const fits = matcher({
    ...(sourceId === undefined ? {} : { sourceId }),
    ...(type === undefined ? {} : { type }),
    ...(name === undefined ? {} : { name }),
  })
  const wanted = text?.toLowerCase()
  return (envelope) =>
    (kinds === undefined || kinds.includes(envelope.kind)) &&
    fits(envelope) &&
    (wanted === undefined || JSON.stringify(envelope).toLowerCase().includes(wanted))
}
