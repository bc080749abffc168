import type { Position } from '../../../core/event.ts'
import { type Expected, INSTANCES, type InstanceId } from '../world/settings.ts'
import { type Fail, firstFrom, isBefore, type Journal, type Logged, placeText } from './journal.ts'

/** A part of a lane that an instance read under one configuration. Open until the next restart says where it ended. */
type Span = {
  readonly from: Position
  to: Position | undefined
  readonly expected: Expected
  /** It began in a lane that was trimmed empty: its cursor stood at the lane's beginning. */
  readonly isAtBeginning: boolean
}
export type Cursors = ReadonlyMap<string, readonly Position[]>
export type Bound = { readonly entry: Logged; readonly lane: number; readonly subscriptionId: string }

/** From where to where each instance has read each lane, and as what: so what must have become of each event. */
export function lives(journal: Journal, lanes: number, fail: Fail) {
  const spans = new Map<InstanceId, Span[][]>(
    INSTANCES.map((id) => [id, Array.from({ length: lanes }, () => [])]),
  )
  const living = new Set<InstanceId>()
  const expectations = new Map<InstanceId, Expected>()
  /** Those that the ledger knows. */
  let known = new Set<string>()

  const spansOf = (id: InstanceId, lane: number) => spans.get(id)?.[lane] as Span[]

  /** The ledger may have fallen back: then what came after its cursor has not been. */
  function closeAt(all: Span[], cursor: Position): void {
    while (all.length > 0 && isBefore(cursor, (all.at(-1) as Span).from)) all.pop()
    const last = all.at(-1)
    if (last !== undefined) last.to = cursor
  }

  function begin(id: InstanceId, lane: number, cursor: Position, expected: Expected): void {
    const all = spansOf(id, lane)
    const last = all.at(-1)
    const isNew = !known.has(id)
    // A lane that was trimmed until it was empty has its end at its beginning.
    const first = isNew && cursor.chunk === 0 ? journal.end(lane) : cursor
    const from = isNew ? first : placeIn(all, cursor)
    if (isNew && living.has(id) && last !== undefined && isBefore(last.from, from)) {
      fail(`${id} was forgotten: it skips lane ${lane} from ${placeText(last.from)} to ${placeText(from)}`)
    }
    if (!isNew) closeAt(all, from)
    else if (last !== undefined) last.to ??= from
    const isAtBeginning = isNew && cursor.chunk === 0 && from.chunk > 0
    all.push({ from, to: undefined, expected, isAtBeginning })
  }

  return {
    /** The files are open after a restart: what was read is what the ledger says. */
    opened(cursors: Cursors): void {
      known = new Set(cursors.keys())
      for (const id of INSTANCES) {
        cursors.get(id)?.forEach((cursor, lane) => {
          const all = spansOf(id, lane)
          closeAt(all, placeIn(all, cursor))
        })
      }
    },
    /** An instance reads on from here, under this configuration. */
    started(id: InstanceId, cursors: readonly Position[], expected: Expected): void {
      cursors.forEach((cursor, lane) => {
        begin(id, lane, cursor, expected)
      })
      living.add(id)
      known.add(id)
      expectations.set(id, expected)
    },
    /** As what it runs, or ran last. */
    expectedOf: (id: InstanceId) => expectations.get(id),
    /** Switched off: it has read up to here. */
    ended(id: InstanceId, cursors: readonly Position[]): void {
      cursors.forEach((cursor, lane) => {
        closeAt(spansOf(id, lane), cursor)
      })
      living.delete(id)
      known.delete(id)
    },
    /** Where a cursor stands: one at the beginning of a lane that was trimmed empty stands at its end. */
    placeOf(id: string, lane: number, cursor: Position): Position {
      return placeIn(spans.get(id as InstanceId)?.[lane] ?? [], cursor)
    },
    /** Everything that lies before the cursors: how many events, and what they were bound for. */
    read(id: InstanceId, cursors: Cursors): { readonly events: number; readonly bound: readonly Bound[] } {
      let events = 0
      const bound: Bound[] = []
      for (let lane = 0; lane < lanes; lane++) {
        const cursor = cursors.get(id)?.[lane]
        for (const { from, to = cursor, expected } of spansOf(id, lane)) {
          if (to === undefined) continue
          for (const entry of between(journal.logged(lane), from, to)) {
            if (!expected.sources.includes(entry.sourceId)) continue
            events += 1
            for (const subscriptionId of expected.subscriptionsOf(entry.event)) {
              bound.push({ entry, lane, subscriptionId })
            }
          }
        }
      }
      return { events, bound }
    },
  }
}
export type Lives = ReturnType<typeof lives>

function between(entries: readonly Logged[], from: Position, to: Position): readonly Logged[] {
  return entries.slice(firstFrom(entries, from), firstFrom(entries, to))
}

/** One that began in a lane that was trimmed empty, and has read nothing since, stands at the lane's beginning. */
function placeIn(all: readonly Span[], cursor: Position): Position {
  if (cursor.chunk > 0) return cursor
  return all.findLast(({ isAtBeginning }) => isAtBeginning)?.from ?? cursor
}
