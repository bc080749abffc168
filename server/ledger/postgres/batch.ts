import type { Remembered } from '../../../core/destination.ts'
import type { Position } from '../../../core/event.ts'
import { storedJson } from '../../postgres/text.ts'
import type { StoredText } from '../body.ts'
import {
  type Attempt,
  type Count,
  type DeadLetter,
  type Failing,
  hasSeries,
  MINUTE_MS,
  type NewCount,
  type NewParked,
  type ParkedChanges,
  type Progress,
  type SeriesName,
  type StoredRefusal,
} from '../ledger.ts'
import type { ReplayPlace } from '../replays.ts'
import { chunksOf } from '../tables/attempts.ts'
import type { ReplayTally } from '../tables/replays.ts'
import { attemptRow, deadLetterRow, refusalRow } from '../tables/rows.ts'
import { bytesOf } from './body-bytes.ts'
import { indexKey } from './keys.ts'

/** Who writes: refused when the lane has an owner of another epoch. */
export type LaneOwner = { readonly readerId: string; readonly lane: number; readonly epoch: number }
export type DeadLetterKey = Pick<DeadLetter, 'instanceId' | 'subscriptionId' | 'address'>

/** All that one transaction writes. What is left out is left as it is. */
export type Batch = {
  readonly owner?: LaneOwner
  /** Whose cursor, memory and parked deliveries these are; with a lane, that one fails no more unless `failing` says so. */
  readonly readerId?: string
  readonly lane?: number
  readonly cursor?: Progress['cursor']
  /** Where the owner left the cursor: refused when it is elsewhere. */
  readonly left?: Position
  readonly failing?: Failing
  readonly counts?: readonly Count[]
  /** Counts that also have a series. */
  readonly counted?: readonly NewCount[]
  /** What has only a series. */
  readonly series?: readonly SeriesAdded[]
  /** With the id of the attempt that holds the same request, where one does. */
  readonly attempts?: readonly { readonly attempt: Attempt; readonly body_of: number | undefined }[]
  readonly deadRemoved?: readonly DeadLetterKey[]
  readonly deadLetters?: readonly DeadLetter[]
  readonly refusals?: readonly StoredRefusal[]
  readonly remembered?: readonly Remembered[]
  readonly parked?: ParkedChanges
  readonly moved?: readonly { readonly id: number; readonly place: ReplayPlace; readonly isRead: boolean }[]
  readonly tallies?: readonly (ReplayTally & { readonly id: number; readonly at_ms: number })[]
}

/** The two values that `write_batch` takes. @throws when a body or an address cannot be stored. */
export function batchValues(batch: Batch): readonly [json: string, bodies: Buffer] {
  const bodies = bodyPieces()
  const { owner, readerId, lane, cursor, left, failing } = batch
  const json = storedJson({
    ...{ owner, readerId, lane, cursor, left, failing },
    ...countParts(batch),
    attempts: some(batch.attempts?.map((one) => attemptPart(one, bodies.add))),
    deadRemoved: some(batch.deadRemoved?.map(keyPart)),
    deadLetters: some(batch.deadLetters?.map((letter, n) => letterPart(letter, n, bodies.add))),
    refusals: some(batch.refusals?.map((refusal, n) => refusalPart(refusal, n, bodies.add))),
    remembered: some(rememberedParts(batch.remembered ?? [])),
    ...parkedParts(batch.parked ?? {}),
    moved: batch.moved?.map(({ id, place, isRead }) => ({
      id,
      place: JSON.stringify(place),
      is_read: isRead,
    })),
    tallies: batch.tallies,
  })
  return [json, bodies.whole()]
}

type AddBody = (stored: StoredText | null) => { readonly at: number | null; readonly size: number | null }

/** Bodies one after the other; SQL counts from 1. */
function bodyPieces() {
  const pieces: Buffer[] = []
  let end = 1
  const add: AddBody = (stored) => {
    if (stored === null) return { at: null, size: null }
    const bytes = bytesOf(stored)
    const at = end
    pieces.push(bytes)
    end += bytes.length
    return { at, size: bytes.length }
  }
  return { add, whole: () => Buffer.concat(pieces) }
}

function some<Item>(list: readonly Item[] | undefined): readonly Item[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list
}

type SeriesAdded = Omit<NewCount, 'name'> & { readonly name: SeriesName }

/** Added up and sorted: no row twice in a statement, and all writers lock the rows in one order. */
function countParts({ counts = [], counted = [], attempts = [], ...batch }: Batch) {
  const series = [
    ...(batch.series ?? []),
    ...counted.filter(isSeries),
    ...attempts.flatMap(({ attempt }) => retriedOf(attempt)),
  ]
  return {
    counts: some(
      addedUp([...counts, ...counted], ({ of, part, name, count }) => ({ of, part, name, count })),
    ),
    series: some(
      addedUp(series, ({ of, part, name, count, at_ms }) => {
        return { of, minute: Math.floor(at_ms / MINUTE_MS), part, name, count }
      }),
    ),
  }
}

function isSeries(count: NewCount): count is SeriesAdded & NewCount {
  return hasSeries(count.name)
}

function retriedOf({ outcome, instanceId: of, startedAt_ms: at_ms }: Attempt): readonly SeriesAdded[] {
  return outcome === 'retry' ? [{ of, part: '', name: 'retried', count: 1, at_ms }] : []
}

function addedUp<Item, Row extends { readonly count: number }>(
  items: readonly Item[],
  rowOf: (item: Item) => Row,
): readonly Row[] {
  const rows = new Map<string, Row>()
  for (const item of items) {
    const row = rowOf(item)
    const key = JSON.stringify({ ...row, count: 0 })
    rows.set(key, { ...row, count: (rows.get(key)?.count ?? 0) + row.count })
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

function attemptPart({ attempt, body_of }: NonNullable<Batch['attempts']>[number], add: AddBody) {
  const {
    addresses,
    request_body,
    response_body,
    adjustments,
    actions: _,
    ...row
  } = attemptRow(attempt, body_of)
  const [place, request, response] = [add(addresses), add(request_body), add(response_body)]
  const adjusted = add(adjustments)
  return {
    ...row,
    ...{ chunks: chunksOf(attempt.addresses), actions: attempt.subscriptionIds ?? null },
    ...{
      addresses_at: place.at,
      addresses_size: place.size,
      request_at: request.at,
      request_size: request.size,
    },
    ...{ response_at: response.at, response_size: response.size },
    ...{ adjustments_at: adjusted.at, adjustments_size: adjusted.size },
  }
}

function keyPart({ instanceId, subscriptionId, address: { lane, chunk, index } }: DeadLetterKey) {
  return { instance_id: instanceId, subscription_id: subscriptionId, lane, chunk, idx: index }
}

function letterPart(letter: DeadLetter, n: number, add: AddBody) {
  const { request_body, response_body, ...row } = deadLetterRow(letter)
  const [request, response] = [add(request_body), add(response_body)]
  return {
    ...{ ...row, n, request_at: request.at, request_size: request.size },
    ...{ response_at: response.at, response_size: response.size },
  }
}

function refusalPart(refusal: StoredRefusal, n: number, add: AddBody) {
  const { text, ...row } = refusalRow(refusal)
  const stored = add(text)
  return { ...row, n, text_at: stored.at, text_size: stored.size }
}

function rememberedParts(remembered: readonly Remembered[]) {
  const newest = new Map(remembered.map((one) => [one.key, one]))
  return [...newest.values()]
    .map(({ key, value, until_ms = null }) => ({ key_key: indexKey(key), key, value, until_ms }))
    .sort((a, b) => (a.key_key < b.key_key ? -1 : 1))
}

function parkedParts({ added, ended, postponed, subjects }: ParkedChanges) {
  return {
    parkedAdded: some(added?.map(parkedPart)),
    parkedEnded: some(ended),
    parkedPostponed: some(
      postponed?.map(({ id, due_ms, state, aside }) => {
        return { id, due_ms, state: jsonOrNull(state), aside: jsonOrNull(aside) }
      }),
    ),
    parkedSubjects: some(
      subjects?.map(({ subject, due_ms }) => ({ subject_key: indexKey(subject), due_ms })),
    ),
  }
}

function parkedPart(
  { subject, subscriptionId, address, due_ms, state, aside, replay }: NewParked,
  n: number,
) {
  return {
    ...{ n, subject, subject_key: indexKey(subject), subscription_id: subscriptionId },
    ...{ lane: address.lane, chunk: address.chunk, idx: address.index, due_ms },
    ...{ state: jsonOrNull(state), aside: jsonOrNull(aside) },
    ...{ replay_id: replay?.id ?? null, of_dead: replay?.isDead ?? false },
  }
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
