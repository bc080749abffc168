import type { Envelope, EventEnvelope, Position } from '../../core/event.ts'
import type { CompiledInstance } from '../../core/instance.ts'
import type { ReadLimits } from '../log/log.ts'
import type { Backlog } from './backlog.ts'
import type { DecodedLog } from './decoded-log.ts'
import type { LaneSignals } from './lane-signal.ts'
import { isFull } from './lane-tails.ts'
import { passedBy, type Skipped, skips } from './skipped.ts'

/** What was read, is to go nowhere, and is not stored yet. */
export type Passed = { readonly skipped: Skipped; readonly due_ms: number }

/**
 * What nobody wants is stored so long after it was read at the latest, or with what is delivered before that: a transaction for
 * each commit of the log would cost more than all the rest of a destination that matches nothing (docs/profile.md).
 */
export const PASSED_MS_MAX = 1_000

/** Read at once, as the log counts it. */
const READ_MAX = { count_max: 1_000, bytes_max: 1_000_000 }
/** Events asked about at once, of all instances together: some 10 ms, in which nothing else is done. */
const ASKED_MAX = 20_000
const COUNT_MIN = 50

export type SkimmerDeps = {
  readonly log: Pick<DecodedLog, 'read'>
  readonly signals: Pick<LaneSignals, 'version' | 'grown'>
  readonly now_ms: () => number
  /** False when the signal fired meanwhile. */
  readonly sleepUntil: (ms: number, signal: AbortSignal) => Promise<boolean>
  /** Gives what was read its room in memory; undefined when the signal fired first. */
  readonly room: (stop: AbortSignal) => Promise<(() => void) | undefined>
  /** Hears how far behind the lanes are. */
  readonly backlog?: Pick<Backlog, 'hasRead'> | undefined
}

/** For whom a lane is read: an instance that has read it to its end, and wanted nothing of what it read last. */
export type Passer = {
  readonly instance: CompiledInstance
  readonly cursor: Position
  readonly passed?: Passed | undefined
  /** When it read last. */
  readonly began_ms?: number | undefined
  readonly stop: AbortSignal
}
/** `wanted`: it has to look at the event at the cursor itself. `due`: what it has passed is to be stored. */
export type PassedOn = {
  readonly why: 'wanted' | 'due' | 'stopped'
  readonly cursor: Position
  readonly passed: Passed | undefined
}

/**
 * Reads each lane once for all instances that want nothing of it, and asks their triggers alone: so one that matches nothing has
 * no timers, promises and reads of its own for each lane. Those whose destinations gather for as long are read for together.
 */
export function skimmer(deps: SkimmerDeps) {
  const groups = new Map<string, ReturnType<typeof laneSkimmer>>()
  const given = new Map<string, { readonly gather_ms: number; lanes: number }>()
  return {
    /** An instance gives a lane over, until what is returned is called: also while it stores what it has passed. */
    giveOver({ id, destination }: CompiledInstance): () => void {
      const one = given.get(id) ?? { gather_ms: destination.batch.age_ms_max, lanes: 0 }
      given.set(id, one)
      one.lanes += 1
      return () => {
        one.lanes -= 1
      }
    },
    /** The instances of which every lane was given over, and how many readers of a lane they have together. */
    quiet(lanes: number): { readonly instances: number; readonly readers: number } {
      const quiet = [...given.values()].filter((one) => one.lanes >= lanes)
      return { instances: quiet.length, readers: new Set(quiet.map(({ gather_ms }) => gather_ms)).size }
    },
    /**
     * Passes an instance over what it does not want. Rejects with what the log or the instance throws: what was passed and is
     * not stored is to be read again then.
     */
    pass(lane: number, passer: Passer): Promise<PassedOn> {
      const { age_ms_max } = passer.instance.destination.batch
      const key = `${lane} ${age_ms_max}`
      const group = groups.get(key) ?? laneSkimmer(deps, lane, age_ms_max)
      groups.set(key, group)
      return group.pass(passer)
    },
  }
}
export type Skimmer = ReturnType<typeof skimmer>

type Reader = {
  readonly instance: CompiledInstance
  readonly skipped: ReturnType<typeof skips>
  cursor: Position
  due_ms: number | undefined
  readonly end: (why: PassedOn['why']) => void
  readonly fail: (error: unknown) => void
}

/** Runs while there is anybody to read for. After what it read it waits for `gather_ms` before it reads on. */
function laneSkimmer(deps: SkimmerDeps, lane: number, gather_ms: number) {
  const { signals, now_ms, sleepUntil } = deps
  const readers = new Set<Reader>()
  const alarm = alarmOf(deps)
  let running: AbortController | undefined
  let began_ms: number | undefined
  let hasCome = false

  async function run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const rest_ms =
        began_ms === undefined || gather_ms === 0 ? 0 : beatAfter_ms(began_ms, gather_ms) - now_ms()
      if (rest_ms > 0) await sleepUntil(Math.min(rest_ms, 2 * gather_ms), stop)
      endThoseDue(readers, now_ms())
      const release = stop.aborted ? undefined : await deps.room(stop)
      if (release === undefined) return
      hasCome = false
      const version = signals.version(lane)
      const found = await readFor(deps, lane, readers).finally(release)
      if (found !== 'nothing') began_ms = found === 'more' ? undefined : now_ms()
      // The thread has others to work for.
      if (found === 'more') await sleepUntil(0, stop)
      else if (!hasCome) {
        alarm.wakeAt(firstDue_ms(readers), stop)
        await signals.grown(lane, version, stop, alarm.onWait)
      }
    }
  }

  function come(reader: Reader): void {
    readers.add(reader)
    hasCome = true
    if (running === undefined) begin()
    else alarm.wake()
  }

  function begin(): void {
    const mine = new AbortController()
    running = mine
    run(mine.signal).catch((error) => {
      if (running === mine) for (const one of [...readers]) one.fail(error)
    })
  }

  function leave(reader: Reader): void {
    readers.delete(reader)
    if (readers.size > 0) return
    running?.abort()
    running = undefined
  }

  return {
    pass(passer: Passer): Promise<PassedOn> {
      const { cursor, passed, stop } = passer
      if (stop.aborted) return Promise.resolve({ why: 'stopped', cursor, passed })
      if (readers.size === 0) began_ms = passer.began_ms ?? began_ms
      return new Promise((resolve, reject) => come(readerOf(passer, { leave, resolve, reject })))
    },
  }
}

type Ends = {
  readonly leave: (reader: Reader) => void
  readonly resolve: (passedOn: PassedOn) => void
  readonly reject: (error: unknown) => void
}

function readerOf({ instance, cursor, passed, stop }: Passer, { leave, resolve, reject }: Ends): Reader {
  const reader: Reader = {
    ...{ instance, cursor, skipped: skips(passed?.skipped), due_ms: passed?.due_ms },
    end(why) {
      left()
      resolve({ why, cursor: reader.cursor, passed: passedOf(reader) })
    },
    fail(error) {
      left()
      reject(error)
    },
  }
  const stopped = () => reader.end('stopped')
  function left(): void {
    stop.removeEventListener('abort', stopped)
    leave(reader)
  }
  stop.addEventListener('abort', stopped, { once: true })
  return reader
}

function passedOf({ skipped, due_ms }: Reader): Passed | undefined {
  return due_ms === undefined ? undefined : { skipped: skipped.take() ?? new Map(), due_ms }
}

/** Whoever has passed anything ends with the first: what is stored at once costs less. */
function endThoseDue(readers: ReadonlySet<Reader>, now_ms: number): void {
  if (firstDue_ms(readers) > now_ms) return
  for (const reader of [...readers]) if (reader.due_ms !== undefined) reader.end('due')
}

function firstDue_ms(readers: ReadonlySet<Reader>): number {
  let first_ms = Number.POSITIVE_INFINITY
  for (const { due_ms } of readers) if (due_ms !== undefined && due_ms < first_ms) first_ms = due_ms
  return first_ms
}

/** Reads on from where the hindmost of them is, and ends those that want something of it. */
async function readFor(
  { log, now_ms, backlog }: SkimmerDeps,
  lane: number,
  readers: ReadonlySet<Reader>,
): Promise<'nothing' | 'all' | 'more'> {
  // Who comes while the log is read may have its place before what is read.
  const asked = [...readers]
  const from = hindmost(asked)
  if (from === undefined) return 'nothing'
  const limits = limitsFor(asked.length)
  const chunks = await log.read(lane, from, limits)
  if (chunks.length === 0) return 'nothing'
  backlog?.hasRead(chunks.at(-1)?.at_ms)
  const due_ms = now_ms() + PASSED_MS_MAX
  for (const { chunk, open } of chunks) {
    const left = asked.filter((reader) => readers.has(reader) && reader.cursor.chunk <= chunk)
    // Opened once for all of them, and by nobody who does not need it.
    const envelopes = left.length === 0 ? [] : open()
    for (const reader of left) {
      try {
        if (!passes(reader, chunk, envelopes, due_ms)) reader.end('wanted')
      } catch (error) {
        reader.fail(error)
      }
    }
  }
  return isFull(chunks, limits) ? 'more' : 'all'
}

function limitsFor(readers: number): ReadLimits {
  const count_max = Math.floor(ASKED_MAX / readers)
  return { ...READ_MAX, count_max: Math.max(COUNT_MIN, Math.min(READ_MAX.count_max, count_max)) }
}

function hindmost(readers: readonly Reader[]): Position | undefined {
  let first: Position | undefined
  for (const { cursor } of readers) if (first === undefined || isBefore(cursor, first)) first = cursor
  return first
}

function isBefore(one: Position, other: Position): boolean {
  return one.chunk < other.chunk || (one.chunk === other.chunk && one.index < other.index)
}

/** Takes a reader over a chunk. False: it wants the event that its cursor is at now. */
function passes(reader: Reader, chunk: number, envelopes: readonly Envelope[], due_ms: number): boolean {
  const { instance, skipped, cursor } = reader
  reader.due_ms ??= due_ms
  for (let index = chunk === cursor.chunk ? cursor.index : 0; index < envelopes.length; index++) {
    const envelope = envelopes[index] as Envelope
    const how = passedBy(instance, envelope)
    if (how === undefined && instance.wants(envelope as EventEnvelope)) {
      reader.cursor = { chunk, index }
      return false
    }
    if (how !== 'apart') skipped.add(envelope.sourceId, how ?? 'discarded')
  }
  reader.cursor = { chunk: chunk + 1, index: 0 }
  return true
}

/**
 * Lanes that rest wake at the same moments, which the thread does once for all of them: waking is most of what a rest costs. The
 * next moment, unless that is so near that the last one came early.
 */
function beatAfter_ms(began_ms: number, gather_ms: number): number {
  return (Math.floor(began_ms / gather_ms + NEAR_SHARE) + 1) * gather_ms
}
const NEAR_SHARE = 1 / 8

/** Wakes who waits for a lane to grow: at once, or at a time. */
function alarmOf({ now_ms, sleepUntil }: SkimmerDeps) {
  let wakeNow: () => void = () => {}
  let set_ms = Number.POSITIVE_INFINITY
  return {
    wake: (): void => wakeNow(),
    onWait(waker: () => void): void {
      wakeNow = waker
    },
    wakeAt(at_ms: number, stop: AbortSignal): void {
      if (at_ms >= set_ms) return
      set_ms = at_ms
      sleepUntil(Math.max(0, at_ms - now_ms()), stop).then(() => {
        if (set_ms === at_ms) set_ms = Number.POSITIVE_INFINITY
        wakeNow()
      })
    },
  }
}
