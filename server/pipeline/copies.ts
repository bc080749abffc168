import type { Envelope, Position } from '../../core/event.ts'
import { type Fingerprint, fingerprint } from '../../core/identity.ts'
import { readEnvelopes } from '../log/envelope.ts'
import { fingerprintSet } from '../log/fingerprint-set.ts'
import type { ChunkHead, LanePrints, LogReader } from '../log/log.ts'
import type { DecodedChunk } from './decoded-log.ts'

/** The window slides in steps of a third, as ingest's does. */
const SLICES = 3
/** Places in a lane from which its readers go on: those that keep up share one. Each holds a window. */
const WINDOWS_MAX = 4
/** Stretches of a lane that were looked through, and copies that were found there: what is over is looked through again. */
const STRETCHES_MAX = 1_000
const COPIES_MAX = 100_000
/** So many chunks, or ids of 8 bytes, are taken together: what lies behind the newest of them is read chunk by chunk. */
const KEPT_CHUNKS = 512
const KEPT_IDS = 8_192
const READ_LIMITS = { count_max: 5_000, bytes_max: 4_000_000 }

export type CopiesDeps = {
  readonly log: Pick<LogReader, 'lanes' | 'seed' | 'read' | 'firstAt' | 'lanePrints' | 'keepPrints'>
  readonly window_ms: number
  /** Ids of all lanes that are remembered at once, at some 15 bytes each; when more come, the window is shorter. */
  readonly ids_max: number
  /** Of several processes that read a lane one takes together what the next one that reads it needs. */
  readonly isKeeper?: boolean
}
/** From the first to the last chunk, everything was looked through. `window`: of what came before `next`, while it is kept. */
type Stretch = { readonly from: number; next: number; window: Window | undefined; readonly keep: Keep }

/**
 * Finds events that stand in the log more than once. Several processes take events, and none knows what another has just
 * taken: so the second copy of one is found by whoever reads the lane, in which both must lie. What is a copy depends on
 * nothing but the log: an event that stood in the same lane within the window before. So every reader drops the same one,
 * whenever and wherever it reads.
 */
export function copies({ log, window_ms, ids_max, isKeeper }: CopiesDeps) {
  const lanes = new Map<number, ReturnType<typeof laneCopies>>()
  function ofLane(lane: number) {
    const known = lanes.get(lane)
    if (known !== undefined) return known
    const ofOne = ids_max / log.lanes / WINDOWS_MAX
    const made = laneCopies({ log, window_ms, ids_max: ofOne, isKeeper: isKeeper === true }, lane)
    lanes.set(lane, made)
    return made
  }
  return {
    /** The chunks of a lane, which follow one another from a number on, with what is a copy as the duplicate that it is. */
    sorted: (
      lane: number,
      from: number,
      chunks: readonly DecodedChunk[],
    ): Promise<readonly DecodedChunk[]> =>
      chunks.length === 0 ? Promise.resolve(chunks) : ofLane(lane).sorted(from, chunks),
    /**
     * Of all lanes, in the order of their numbers: everything from a number to another, the latter not among it. A lane's next chunk comes
     * behind those of others, so each lane is told how far it has been read, also one that has nothing there.
     */
    async sortedAll(
      from: number,
      to: number,
      chunks: readonly DecodedChunk[],
    ): Promise<readonly DecodedChunk[]> {
      const byLane = Map.groupBy(chunks, ({ lane }) => lane)
      const concerned = new Set([...lanes.keys(), ...byLane.keys()])
      const sorted = await Promise.all(
        [...concerned].map((lane) => ofLane(lane).sorted(from, byLane.get(lane) ?? [], to)),
      )
      return sorted.flat().toSorted((a, b) => a.chunk - b.chunk)
    },
  }
}
export type Copies = ReturnType<typeof copies>

function laneCopies(deps: CopiesDeps, lane: number) {
  const { log } = deps
  const found = new Map<number, ReadonlySet<number>>()
  let stretches: Stretch[] = []
  let last: Promise<unknown> = Promise.resolve()

  /** The stretch that goes on at this number or has it; the furthest of them. */
  function knownAt(from: number): Stretch | undefined {
    const known = stretches.filter((one) => one.from <= from && from <= one.next)
    return known.toSorted((a, b) => b.next - a.next)[0]
  }
  function stretchAt(from: number): Stretch {
    const stretch = knownAt(from) ?? { from, next: from, window: undefined, keep: keeper(deps, lane, from) }
    stretches = [...stretches.filter((one) => one !== stretch), stretch].slice(-STRETCHES_MAX)
    for (const one of stretches.slice(0, -WINDOWS_MAX)) one.window = undefined
    return stretch
  }

  async function look(from: number, chunks: readonly DecodedChunk[], to: number): Promise<void> {
    const stretch = chunks.length === 0 ? knownAt(from) : stretchAt(from)
    if (stretch === undefined) return
    for (const chunk of chunks) {
      if (chunk.chunk < stretch.next) continue
      stretch.window ??= await windowBefore(deps, lane, stretch, chunk.at_ms)
      const prints = printsOf(log.seed, chunk.open())
      const twice = stretch.window.add(chunk.at_ms, prints)
      stretch.keep.add(chunk, prints)
      if (twice.size > 0) found.set(chunk.chunk, twice)
      stretch.next = chunk.chunk + 1
    }
    stretch.next = Math.max(stretch.next, to)
    if (found.size <= COPIES_MAX) return
    found.clear()
    stretches = []
  }

  return {
    /** One after the other: each goes on where the one before it has ended. `to`: nothing of the lane is left out before it. */
    sorted(from: number, chunks: readonly DecodedChunk[], to = from): Promise<readonly DecodedChunk[]> {
      const done = last.then(async () => {
        await look(from, chunks, to)
        return chunks.map((chunk) => withCopies(chunk, found.get(chunk.chunk)))
      })
      last = done.catch(() => undefined)
      return done
    },
  }
}

/** What the lane had before a chunk, as far as the window goes back from a time. */
async function windowBefore(
  deps: CopiesDeps,
  lane: number,
  { next: before, keep }: Stretch,
  at_ms: number,
): Promise<Window> {
  const { log, window_ms } = deps
  const window = windowOf(deps)
  const since_ms = at_ms - window_ms - window_ms / SLICES
  if (log.lanePrints !== undefined) {
    const range = { since_ms, before, count_max: deps.ids_max }
    const known = await log.lanePrints(lane, range)
    for (const one of known) window.add(one.at_ms, pairsOf(one.halves))
    keep.goOnFrom(known)
    return window
  }
  let from: Position = { chunk: await log.firstAt(since_ms), index: 0 }
  while (from.chunk < before) {
    const chunks = await log.read(lane, from, READ_LIMITS)
    for (const chunk of chunks) {
      if (chunk.chunk < before) window.add(chunk.at_ms, printsOf(log.seed, readEnvelopes(chunk)))
    }
    const end = chunks.at(-1)
    if (end === undefined) break
    from = { chunk: end.chunk + 1, index: 0 }
  }
  return window
}

type Keep = {
  readonly add: (
    chunk: Pick<ChunkHead, 'chunk' | 'at_ms'>,
    prints: readonly (Fingerprint | undefined)[],
  ) => void
  /** What the lane had before: what nobody has taken together of it yet is taken together with what follows. */
  readonly goOnFrom: (known: readonly LanePrints[]) => void
}

/**
 * Takes fingerprints together, for whoever reads the lane next and has not read what was before. Those of two slices of time never go
 * together: they would not leave the window at the same time as for whoever has read the chunks.
 */
function keeper({ log, window_ms, isKeeper }: CopiesDeps, lane: number, begin: number): Keep {
  if (!isKeeper || log.keepPrints === undefined) return { add() {}, goOnFrom() {} }
  const sliceOf = (at_ms: number) => Math.floor(at_ms / (window_ms / SLICES))
  let [from, newest_ms, chunks] = [begin, 0, 0]
  let halves: number[] = []

  function keep(to: number): void {
    const kept = { from, to, at_ms: newest_ms, halves: Uint32Array.from(halves) }
    // What is not kept is read from the log.
    log.keepPrints?.(lane, kept).catch(() => {})
    ;[from, newest_ms, chunks, halves] = [to, 0, 0, []]
  }
  const add: Keep['add'] = ({ chunk, at_ms }, prints) => {
    if (chunks > 0 && sliceOf(at_ms) !== sliceOf(newest_ms)) keep(chunk)
    for (const one of prints) if (one !== undefined) halves.push(one.high, one.low)
    newest_ms = Math.max(newest_ms, at_ms)
    chunks += 1
    if (chunks >= KEPT_CHUNKS || halves.length >= 2 * KEPT_IDS) keep(chunk + 1)
  }
  return {
    add,
    goOnFrom(known) {
      // A window that was made again: what was before is among what this one keeps.
      if (from !== begin || chunks > 0) return
      const newest = known.findLastIndex(({ isKept }) => isKept)
      const left = known.slice(newest + 1)
      from = known[newest]?.to ?? left[0]?.from ?? begin
      for (const one of left) add({ chunk: one.from, at_ms: one.at_ms }, pairsOf(one.halves))
    },
  }
}

function pairsOf(halves: Uint32Array): readonly Fingerprint[] {
  return Array.from({ length: halves.length / 2 }, (_, n) => ({
    high: halves[2 * n] ?? 0,
    low: halves[2 * n + 1] ?? 0,
  }))
}

type Window = ReturnType<typeof windowOf>
/** Ids by the slice of time in which they came; a slice with very many has several sets. */
function windowOf({ window_ms, ids_max }: CopiesDeps) {
  const slice_ms = window_ms / SLICES
  let sets: { readonly slice: number; readonly ids: ReturnType<typeof fingerprintSet> }[] = []

  function setFor(slice: number) {
    const newest = sets.at(-1)
    if (newest?.slice === slice && newest.ids.size() < ids_max / (SLICES + 1)) return newest
    let count = 0
    // One slice more than the window: clocks of several processes differ a little.
    const kept = sets.toReversed().filter((one) => {
      count += one.ids.size()
      return one.slice >= slice - SLICES - 1 && count <= ids_max
    })
    const set = { slice, ids: fingerprintSet() }
    sets = [...kept.toReversed(), set]
    return set
  }

  return {
    /** Adds a chunk's ids; gives the places of those that were there before. */
    add(at_ms: number, prints: readonly (Fingerprint | undefined)[]): ReadonlySet<number> {
      const slice = Math.floor(at_ms / slice_ms)
      const { ids } = setFor(slice)
      const within = sets.filter((one) => one.slice >= slice - SLICES)
      const twice = new Set<number>()
      for (const [index, print] of prints.entries()) {
        if (print === undefined) continue
        if (within.some((one) => one.ids.has(print))) twice.add(index)
        ids.add(print)
      }
      return twice
    },
  }
}

/** Of each entry that is an event, or was one before its person was deleted. */
function printsOf(seed: number, envelopes: readonly Envelope[]): readonly (Fingerprint | undefined)[] {
  return envelopes.map((envelope) => {
    if (envelope.kind === 'event')
      return fingerprint(`${envelope.sourceId}\n${envelope.event.messageId}`, seed)
    if (envelope.kind !== 'erased' || envelope.fingerprint === undefined) return undefined
    const [high, low] = envelope.fingerprint
    return { high, low }
  })
}

function withCopies(chunk: DecodedChunk, twice: ReadonlySet<number> | undefined): DecodedChunk {
  if (twice === undefined) return chunk
  const envelopes = chunk
    .open()
    .map((envelope, index) => (twice.has(index) ? asDuplicate(envelope) : envelope))
  return { ...chunk, open: () => envelopes }
}

function asDuplicate(envelope: Envelope): Envelope {
  const { sourceId, receivedAt, address } = envelope
  if (envelope.kind === 'erased') return { ...envelope, was: 'duplicate', part: '' }
  if (envelope.kind !== 'event') return envelope
  return { kind: 'duplicate', sourceId, receivedAt, messageId: envelope.event.messageId, address }
}
