import type { Instance } from '../core/configuration.ts'
import type { SpecEvent } from '../core/event.ts'
import { fingerprint } from '../core/identity.ts'
import { derivedIds } from '../core/persons/person.ts'
import { presetSubscriptions } from '../core/presets.ts'
import { type VirtualClock, virtualClock } from '../test/sim/virtual-clock.ts'
import { post } from './delivery/post.fixtures.ts'
import type { Send, Sent } from './delivery/send.ts'
import type { SharedLedger } from './ledger/fence.ts'
import { sharedMemoryLedger } from './ledger/memory-shared.fixtures.ts'
import { entryText } from './log/envelope.ts'
import type { NewEntry } from './log/log.ts'
import { memoryLog } from './log/memory.ts'
import { eraseInLog } from './persons/erase-log.ts'
import { memoryLaneShares } from './pipeline/memory-owners.fixtures.ts'
import { NO_LANES, type SharedLanesDeps, sharedLanes } from './pipeline/owned-lanes.ts'
import { startReaders } from './readers.ts'
import { EVERY_ROLE, type Roles } from './roles.ts'

/** A letter that the receiver was sent, by whom, and what it answered. */
export type Received = {
  readonly letter: string
  readonly status: number
  readonly by: number
  readonly at_ms: number
}
export type Receiver = (letters: readonly string[], path: string) => number
const LATENCY_MS = 100

/** As a process sees the world: nothing comes through while it is frozen, and nothing ever again when it was killed. */
function life() {
  let thawed: PromiseWithResolvers<void> | undefined
  return {
    freeze(): void {
      thawed ??= Promise.withResolvers<void>()
    },
    thaw(): void {
      thawed?.resolve()
      thawed = undefined
    },
    async up<Result>(work: Promise<Result>): Promise<Result> {
      try {
        return await work
      } finally {
        await thawed?.promise
      }
    },
    /** Everything that it can call. */
    of<Things extends object>(things: Things): Things {
      const calls = Object.entries(things).map(([name, value]) => [
        name,
        typeof value !== 'function'
          ? value
          : (...given: unknown[]) => {
              const call = () => value(...given)
              return thawed === undefined
                ? wrapped(call, this)
                : thawed.promise.then(() => wrapped(call, this))
            },
      ])
      return Object.fromEntries(calls)
    },
  }
}
function wrapped(
  call: () => unknown,
  { up }: { up: <Result>(work: Promise<Result>) => Promise<Result> },
): unknown {
  const result = call()
  return result instanceof Promise ? up(result) : result
}

/**
 * Several "processes" that deliver and count over one log and one ledger, on a virtual clock. They share lanes as an engine
 * would have them share, and can be stopped, killed and frozen.
 */
export function processes(options: {
  readonly lanes: number
  readonly ids?: readonly string[]
  readonly logBytesHard_max?: number
}) {
  const { lanes, ids = ['post'], logBytesHard_max = 0 } = options
  const clock = virtualClock(Date.parse('2026-01-01T00:00:00Z'))
  const log = memoryLog({ lanes, now: clock.now_ms })
  const ledger = sharedMemoryLedger()
  const groups = { delivery: memoryLaneShares(lanes), indexer: memoryLaneShares(lanes) }
  const received: Received[] = []
  const troubles: unknown[] = []
  let instances: readonly Instance[] = ids.map(instanceOf)
  let receive: Receiver = () => 200
  const written = new Map<string, NewEntry>()
  let [last, number] = [0, 0]

  async function begin(roles: Roles) {
    last += 1
    const by = last
    const own = life()
    const senders = sender(by, own)
    const seen = sharedOf(own, ledger)
    const onTrouble = (...given: readonly unknown[]) => troubles.push([by, ...given])
    const joined = { delivery: groups.delivery.join(), indexer: groups.indexer.join() }
    const sleep = (ms: number, signal: AbortSignal) => own.up(clock.sleep(ms, signal))
    const share = (group: 'delivery' | 'indexer') => {
      if (!roles.has(group)) return { ...NO_LANES, stop: async () => {} }
      return sharedLanes({
        ...{ group, ledger: seen, owners: joined[group].owners, handOver_ms_max: 5_000, sleep, onTrouble },
        now_ms: clock.now_ms,
      } satisfies SharedLanesDeps)
    }
    const owned = { delivery: share('delivery'), indexer: share('indexer') }
    const readers = await startReaders({
      log: own.of(log),
      ledger: seen,
      roles,
      dedupe: { window_ms: 3_600_000, ids_max: 1_000_000 },
      owned,
      catalogue: new Map([['post', post]]),
      instances,
      giveUpAfter_ms: 3_600_000,
      history: { age_ms_max: 86_400_000, bytes_max: 10_000_000 },
      trimEvery_ms: 60_000,
      logBytesHard_max,
      onTrim(keepFrom) {
        const bytes_max = logBytesHard_max || Number.POSITIVE_INFINITY
        own.of(log).trim({ before_ms: 0, bytes_max, keepFrom })
      },
      onTrouble,
      world: { now_ms: clock.now_ms, random: () => 0.5, sleep, makeSender: () => senders },
    })
    return { by, own, joined, owned, readers }
  }
  type Process = Awaited<ReturnType<typeof begin>>
  const running = new Set<Process>()

  function sender(by: number, own: ReturnType<typeof life>) {
    const send: Send = async ({ url }, text): Promise<Sent> => {
      const letters = text === '' ? [] : (JSON.parse(text) as string[])
      const path = new URL(url).pathname
      const status = receive(letters, path)
      for (const letter of letters) received.push({ letter, status, by, at_ms: clock.now_ms() })
      await clock.sleep(LATENCY_MS)
      return { answered: true, response: { status, headers: {}, body: 'ok' } }
    }
    return own.of({ send, close: async () => {} })
  }

  async function stopOne(process: Process): Promise<void> {
    running.delete(process)
    await Promise.all([process.owned.delivery.stop(), process.owned.indexer.stop()])
    await process.readers.stop()
  }
  function lose(process: Process): () => void {
    running.delete(process)
    process.own.freeze()
    const tell = [process.joined.delivery.lose(), process.joined.indexer.lose()]
    return () => {
      for (const one of tell) one()
    }
  }

  return {
    clock,
    log,
    ledger,
    received,
    troubles,
    running: () => [...running],
    receives(by: Receiver): void {
      receive = by
    },
    configure(change: (instance: Instance) => Instance): Promise<unknown> {
      instances = instances.map(change)
      return Promise.all([...running].map(({ readers }) => readers.reconfigure(instances)))
    },
    async start(roles: Roles = EVERY_ROLE): Promise<Process> {
      const process = await waited(clock, begin(roles))
      running.add(process)
      return process
    },
    /** As SIGTERM does: it gives back its lanes, and ends. */
    stop: (process: Process): Promise<void> => stopOne(process),
    /** As kill -9 does. */
    kill(process: Process): void {
      lose(process)
    },
    /** It stands still for so long, and believes for a while longer that its lanes are its own. Then it ends. */
    async freeze(process: Process, frozen_ms: number, believes_ms: number): Promise<void> {
      const tell = lose(process)
      await clock.sleep(frozen_ms)
      process.own.thaw()
      await clock.sleep(believes_ms)
      tell()
      await stopOne(process)
    },
    /** As two processes take the same call: neither knows of the other. */
    async writeAgain(letters: readonly string[]): Promise<void> {
      await log.append(letters.flatMap((letter) => written.get(letter) ?? []))
    },
    async write(letters: readonly string[], writer?: string): Promise<void> {
      const receivedAt = new Date(clock.now_ms()).toISOString()
      await log.append(
        letters.map((letter) => {
          number += 1
          const [to = '', name = ''] = letter.split(': ')
          const event: SpecEvent = {
            ...{ type: 'track', messageId: `m${number}`, userId: to, event: name, timestamp: receivedAt },
          }
          const text = entryText({ kind: 'event', sourceId: 'app', receivedAt, event })
          const entry = {
            key: writer ?? to,
            text,
            fingerprint: fingerprint(`app\n${event.messageId}`, log.seed),
          }
          written.set(letter, entry)
          return entry
        }),
      )
    },
    async pass(ms: number): Promise<void> {
      const until_ms = clock.now_ms() + ms
      clock.sleep(ms)
      await clock.runUntil(() => clock.now_ms() >= until_ms)
    },
    /** As a process deletes a person: out of the log first, then out of what the readers of all keep. Resolves when it is done. */
    async erase(by: Process, userId: string): Promise<void> {
      const ids = { userIds: [userId], anonymousIds: [], emails: [] }
      const { addresses } = await eraseInLog({ log, breathe: async () => {} }, 1, ids)
      await waited(clock, by.readers.erase({ ids, derived: derivedIds(ids), addresses }))
    },
    /** Begins a replay of everything that the log has. */
    async replay(): Promise<void> {
      const ends = await Promise.all(Array.from({ length: lanes }, (_, lane) => log.end(lane)))
      const whole = { from_ms: 0, to_ms: Number.MAX_SAFE_INTEGER, chunk_end: Number.MAX_SAFE_INTEGER, ends }
      await ledger.addReplay({
        ...{ instanceId: 'post', asked: {}, perSecond_max: 1_000, total: 0, startedAt_ms: clock.now_ms() },
        ...{ selection: { kind: 'events', ...whole }, place: { chunk: 0, index: 0 } },
      })
    },
    end: () => waited(clock, Promise.all([...running].map(stopOne))),
    async counts(of = 'post'): Promise<Record<string, number>> {
      const sums: Record<string, number> = {}
      for (const one of await ledger.counts()) {
        if (one.of === of && one.count !== 0) sums[one.name] = (sums[one.name] ?? 0) + one.count
      }
      return sums
    },
  }
}
export type Processes = ReturnType<typeof processes>

function sharedOf(own: ReturnType<typeof life>, ledger: SharedLedger): SharedLedger {
  const seen = own.of(ledger)
  return { ...seen, ownedBy: (owner) => own.of(ledger.ownedBy(owner)) }
}

/** Lets time pass until it is done. */
export async function waited<Result>(clock: VirtualClock, work: Promise<Result>): Promise<Result> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  done.catch(() => {})
  await clock.runUntil(() => isDone)
  return done
}

function instanceOf(id: string): Instance {
  return {
    ...{ id, kind: 'post', name: id, enabled: true, sources: ['app'], settings: {} },
    subscriptions: presetSubscriptions(post),
  }
}
