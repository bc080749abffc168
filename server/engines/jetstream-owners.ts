import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { GROUP, makeTurns, OWNER_SILENT_MS_MAX, pull, WRONG_PIN } from '../log/jetstream-ownership.ts'
import { type StreamWire, streamWire } from '../log/jetstream-wire.ts'
import type { LaneOwners, TakenLane } from '../pipeline/lane-owners.ts'

/** So often each process says that it is there, and looks how many lanes are its share. */
const BEAT_MS = 500
const AGAIN_MS = 250
/** Nobody was heard for so long: it is gone. */
const GONE_AFTER_MS = 3_000
/** So long a lane is kept while the servers say nothing of it: where one has died, they need 4 to 9 s to choose who speaks for it. */
const SERVERS_SILENT_MS_MAX = 12_000
/** An owner that is not known any more tries so long to be given the lane once more, before it believes that it is another's. */
const GIVEN_ANEW_MS_MAX = 5_000

export type JetstreamOwnersOptions = {
  /** Its own: it is closed at the end. */
  readonly nc: NatsConnection
  readonly replicas: number
  readonly lanes: number
  /** The name of what is shared. */
  readonly stream: string
}
type Work = (taken: TakenLane) => Promise<void>
type Held = { readonly abort: AbortController }

/**
 * Lanes by pinned consumers of JetStream: who is pinned to a lane's turn owns it. How many are a process's share follows from how many
 * say that they are there; a wrong guess costs fairness for a moment, never a second owner.
 */
export async function jetstreamOwners(options: JetstreamOwnersOptions): Promise<LaneOwners> {
  const { nc, lanes, replicas, stream } = options
  const wire = streamWire(nc, `${stream}_turns`)
  await makeTurns(wire, { lanes, replicas })
  const end = new AbortController()
  const members = hearMembers(nc, `${stream}.members`)
  const held = new Map<number, Held>()
  const share = () => members.share(lanes)

  async function ask(): Promise<void> {
    for (let before_ms = performance.now(); !end.signal.aborted; ) {
      const now_ms = performance.now()
      // It stood still itself: the others took it for dead.
      if (now_ms - before_ms > OWNER_SILENT_MS_MAX) for (const { abort } of held.values()) abort.abort()
      before_ms = now_ms
      members.beat()
      const over = [...held.values()].filter(({ abort }) => !abort.signal.aborted).length - share()
      const staying = [...held.values()].filter(({ abort }) => !abort.signal.aborted)
      for (const { abort } of staying.slice(0, Math.max(0, over))) abort.abort()
      await wait(BEAT_MS, undefined, { signal: end.signal }).catch(() => {})
    }
    members.leave()
    for (const { abort } of held.values()) abort.abort()
  }

  async function follow(lane: number, work: Work): Promise<void> {
    while (!end.signal.aborted) {
      if (held.size >= share()) {
        await wait(AGAIN_MS)
        continue
      }
      const asked_ms = performance.now()
      const pin = await turn(wire, lane, undefined)
      if (pin === undefined || pin === 'not mine') continue
      if (end.signal.aborted || held.size >= share()) {
        await letGo(wire, lane)
        await wait(AGAIN_MS)
      } else await own(wire, held, { lane, pin, first_ms: asked_ms }, work)
    }
  }

  return {
    async run(work) {
      const asking = ask()
      // Who is there already is heard first.
      await wait(BEAT_MS + AGAIN_MS)
      await Promise.all(Array.from({ length: lanes }, (_, lane) => follow(lane, work)))
      await asking
      await nc.close()
    },
    stop: () => end.abort(),
  }
}

/**
 * Works on a lane as long as its turn comes back; then lets it go, unless it is another's by then. While the servers say nothing the
 * work goes on: when somebody else was given the lane meanwhile, the ledger refuses what is written for it here.
 */
async function own(
  wire: StreamWire,
  held: Map<number, Held>,
  { lane, pin: first, first_ms }: { readonly lane: number; readonly pin: string; readonly first_ms: number },
  work: Work,
): Promise<void> {
  const abort = new AbortController()
  held.set(lane, { abort })
  let pin: string | undefined = first
  let [isEnded, isLost] = [false, false]
  const lose = () => {
    isLost = true
    abort.abort()
  }
  const loseAfter = (silent_ms: number) => setTimeout(lose, Math.max(0, silent_ms))
  const working = work({ lane, stop: abort.signal, refused: lose }).finally(() => {
    isEnded = true
  })
  let silent = loseAfter(SERVERS_SILENT_MS_MAX + first_ms - performance.now())
  const ended = working.then(() => 'ended' as const)
  while (!isEnded && !isLost) {
    const now_ms = performance.now()
    const got: string | undefined = await Promise.race([turn(wire, lane, pin), ended])
    if (got === 'ended') break
    if (wire.nc.isClosed()) lose()
    if (got === undefined) continue
    clearTimeout(silent)
    const isKnown: boolean = got !== 'not mine'
    // Else another is pinned; or a new leader knows of nobody, and then it is given to who asks as anybody.
    pin = isKnown ? got : undefined
    silent = loseAfter(isKnown ? SERVERS_SILENT_MS_MAX + now_ms - performance.now() : GIVEN_ANEW_MS_MAX)
  }
  clearTimeout(silent)
  if (isLost) held.delete(lane)
  await working
  held.delete(lane)
  if (!isLost) await letGo(wire, lane)
}

/** The pin under which the lane's turn was given; `not mine` when another is pinned. Undefined: nothing was heard. */
async function turn(wire: StreamWire, lane: number, pin: string | undefined): Promise<string | undefined> {
  try {
    const { headers } = await pull(wire, lane, pin)
    if (headers?.code === WRONG_PIN) return 'not mine'
    return headers?.get('Nats-Pin-Id') || undefined
  } catch {
    await wait(AGAIN_MS)
    return undefined
  }
}

async function letGo({ api, stream }: StreamWire, lane: number): Promise<void> {
  await api(`CONSUMER.UNPIN.${stream}.lane${lane}`, { group: GROUP }).catch(() => {})
}

function hearMembers(nc: NatsConnection, subject: string) {
  const self = randomUUID()
  const heard = new Map<string, number>()
  nc.subscribe(subject, {
    callback: (_error, message) => {
      const [word = '', id = ''] = message.string().split(' ')
      if (word === 'here') heard.set(id, performance.now())
      else heard.delete(id)
    },
  })
  /** A connection that is gone says nothing: the lanes are lost all the same. */
  function say(text: string): void {
    if (!nc.isClosed()) nc.publish(subject, text)
  }
  return {
    beat: () => say(`here ${self}`),
    leave: () => say(`gone ${self}`),
    /** How many lanes are this process's. */
    share(lanes: number): number {
      const since_ms = performance.now() - GONE_AFTER_MS
      const there = [...heard].filter(([id, at_ms]) => id === self || at_ms >= since_ms).map(([id]) => id)
      const ids = [...new Set([...there, self])].sort()
      return Math.floor(lanes / ids.length) + (ids.indexOf(self) < lanes % ids.length ? 1 : 0)
    },
  }
}
