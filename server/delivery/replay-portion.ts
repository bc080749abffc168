import type { EventEnvelope, Position } from '../../core/event.ts'
import type { Handled } from '../../core/instance.ts'
import { compileRange } from '../../core/replay-range.ts'
import type { NewParked } from '../ledger/ledger.ts'
import type { ReplayEnd, ReplaySelection, ReplayStep, StoredReplay } from '../ledger/replays.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import { ownSubject } from './park.ts'
import { replayEnd } from './parked-settlement.ts'
import { eventReader, readDelivery } from './read-delivery.ts'
import type { Runtime } from './runtime.ts'
import { invalid } from './settlement.ts'

/** So many events are looked at for one portion, however few of them are wanted. */
const LOOKED_MAX = 2_000
const BYTES_MAX = 4_000_000

type PortionDeps = { readonly runtime: Runtime; readonly log: DecodedLog }
type Portion = Omit<ReplayStep, 'at_ms'>
type Ended = Portion['ended'][number]
type Events = Extract<ReplaySelection, { kind: 'events' }>

/** What a replay parks next, made of the events as the instance is configured now. */
export function nextPortion(deps: PortionDeps, replay: StoredReplay, count_max: number): Promise<Portion> {
  const { selection, place } = replay
  if (selection.kind === 'dead letters' && 'id' in place) {
    return deadLetters(deps, selection, place.id, count_max)
  }
  if (selection.kind === 'events' && 'chunk' in place) return events(deps, selection, place, count_max)
  throw new Error(`replay ${replay.id} has a place that is not one of its kind`)
}

async function deadLetters(
  { runtime, log }: PortionDeps,
  { filter, id_max }: Extract<ReplaySelection, { kind: 'dead letters' }>,
  after: number,
  count_max: number,
): Promise<Portion> {
  const { instance, ledger, now_ms } = runtime
  const letters = await ledger.deadLettersAfter(filter, { id: after, id_max, count_max })
  const parked: NewParked[] = []
  const ended: Ended[] = []
  const read = eventReader(log)
  for (const { subscriptionId, address } of letters) {
    const found = await readDelivery(read, instance, { subscriptionId, address })
    if ('delivery' in found) parked.push(newParked(runtime, found.delivery))
    else {
      const of = { subscriptionId, address }
      ended.push({ ...of, end: replayEnd(instance.id, of, found.outcome, found.envelope, now_ms()) })
    }
  }
  const last = letters.at(-1)?.id ?? id_max
  const isRead = letters.length < count_max
  return { place: { id: last }, isRead, looked: letters.length, parked, ended, skipped: 0 }
}

/** In the order of the log as a whole: what is of one person is of one lane, and so in order. */
async function events(
  { runtime, log }: PortionDeps,
  selection: Events,
  place: Position,
  count_max: number,
): Promise<Portion> {
  const wants = wanted(runtime, selection)
  const parked: NewParked[] = []
  const ended: Ended[] = []
  let looked = 0
  let skipped = 0
  const portion = (to: Position, isRead: boolean) => ({ place: to, isRead, looked, parked, ended, skipped })

  const limits = { count_max: LOOKED_MAX, bytes_max: BYTES_MAX }
  const chunks = await log.after(place.chunk - 1, limits)
  for (const { lane, chunk, open } of chunks) {
    if (chunk >= selection.chunk_end) return portion({ chunk, index: 0 }, true)
    const entries = open()
    for (let index = chunk === place.chunk ? place.index : 0; index < entries.length; index++) {
      if (parked.length >= count_max || looked >= LOOKED_MAX) return portion({ chunk, index }, false)
      looked += 1
      const entry = entries[index]
      if (entry?.kind !== 'event') continue
      const envelope: EventEnvelope = { ...entry, address: { lane, chunk, index } }
      if (!wants.event(envelope)) continue
      const made = wants.made(envelope)
      if (made.length === 0) skipped += 1
      for (const one of made) {
        if ('delivery' in one) parked.push(newParked(runtime, one.delivery))
        else ended.push(one)
      }
    }
  }
  const last = chunks.at(-1)
  return portion({ chunk: last === undefined ? place.chunk : last.chunk + 1, index: 0 }, last === undefined)
}

function wanted({ instance, now_ms }: Runtime, selection: Events) {
  const { subscriptionId } = selection
  return {
    event: compileRange(selection, instance.sources),
    made(envelope: EventEnvelope): readonly (Extract<Handled, { status: 'ready' }> | Ended)[] {
      if (instance.filters(envelope) !== undefined) return []
      const { address } = envelope
      return instance.handle(envelope).flatMap((one): (Extract<Handled, { status: 'ready' }> | Ended)[] => {
        const of = one.status === 'ready' ? one.delivery.subscriptionId : one.subscriptionId
        if (subscriptionId !== undefined && of !== subscriptionId) return []
        if (one.status === 'ready') return [one]
        const key = { subscriptionId: of, address }
        return [{ ...key, end: refusal(key, one, envelope) }]
      })
    },
  }

  function refusal(
    key: Parameters<typeof replayEnd>[1],
    { problems, code }: Extract<Handled, { status: 'rejected' }>,
    envelope: EventEnvelope,
  ): ReplayEnd {
    return replayEnd(instance.id, key, invalid(problems, code), envelope, now_ms())
  }
}

function newParked({ bid, now_ms }: Runtime, delivery: Parameters<Runtime['bid']>[0]): NewParked {
  const { subscriptionId, envelope } = delivery
  const subject = bid(delivery).subject ?? ownSubject(delivery)
  return { subject, subscriptionId, address: envelope.address, due_ms: now_ms() }
}
