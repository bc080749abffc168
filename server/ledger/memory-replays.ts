import { type Address, addressText } from '../../core/event.ts'
import type { DeadLetter, DeadLetterFilter, StoredDeadLetter } from './ledger.ts'
import { reasonKey } from './reason-key.ts'
import { INSTANCE_GONE } from './replay-books.ts'
import type { DeadLetterGroup, NewReplay, ReplayChange, ReplayPlace, StoredReplay } from './replays.ts'
import type { ReplayTally } from './tables/replays.ts'
import { ROW_bytes } from './tables/rows.ts'

type Key = Pick<DeadLetter, 'instanceId' | 'subscriptionId' | 'address'>

/** Dead letters, for `memoryLedger`: in the order in which they came, each delivery's once. */
export function deadLetterMap() {
  const letters = new Map<string, StoredDeadLetter>()
  let last = 0
  return {
    all: () => [...letters.values()].sort((a, b) => a.id - b.id),
    addDeadLetter(letter: DeadLetter): void {
      if (letters.has(keyOf(letter))) return
      last += 1
      letters.set(keyOf(letter), { ...letter, id: last })
    },
    hasDeadLetter: (key: Key) => letters.has(keyOf(key)),
    removeDeadLetter: (key: Key) => letters.delete(keyOf(key)),
    /** The oldest, without which the others hold no more bytes than the limit. */
    over(bytes_max: number): readonly StoredDeadLetter[] {
      const all = this.all()
      let held_bytes = all.reduce((sum, letter) => sum + sizeOf(letter), 0)
      const kept = all.findIndex((letter) => {
        if (held_bytes <= bytes_max) return true
        held_bytes -= sizeOf(letter)
        return false
      })
      return kept < 0 ? all : all.slice(0, kept)
    },
    groups({ instanceId }: DeadLetterFilter): readonly DeadLetterGroup[] {
      const groups = new Map<string, DeadLetterGroup & { readonly newest: number }>()
      for (const letter of this.all()) {
        if (instanceId !== undefined && letter.instanceId !== instanceId) continue
        const { subscriptionId, reason, at_ms, id: newest } = letter
        const of = { instanceId: letter.instanceId, subscriptionId, code: reason.code }
        const key = JSON.stringify([...Object.values(of), reasonKey(reason.text)])
        const { count, first_ms, last_ms } = groups.get(key) ?? { count: 0, first_ms: at_ms, last_ms: at_ms }
        const span = { first_ms: Math.min(first_ms, at_ms), last_ms: Math.max(last_ms, at_ms) }
        groups.set(key, { ...of, ...span, text: reason.text, count: count + 1, newest })
      }
      const sorted = [...groups.values()].sort((a, b) => b.last_ms - a.last_ms || b.newest - a.newest)
      return sorted.map(({ newest: _, ...group }) => group)
    },
  }
}

function sizeOf({ reason, request, response }: DeadLetter): number {
  const texts = [reason.text, request?.url ?? '', request?.body ?? '', response?.body ?? '']
  return texts.reduce((sum, text) => sum + text.length, ROW_bytes)
}

export function isWanted(letter: StoredDeadLetter, filter: DeadLetterFilter): boolean {
  const { instanceId, subscriptionId, code, text, event, address, ids } = filter
  const { from_ms = Number.NEGATIVE_INFINITY, to_ms = Number.POSITIVE_INFINITY } = filter
  const plain = [
    [instanceId, letter.instanceId],
    [subscriptionId, letter.subscriptionId],
    [code, letter.reason.code],
    [text && reasonKey(text), reasonKey(letter.reason.text)],
    [event, letter.event],
    [address && addressText(address), addressText(letter.address)],
  ]
  return (
    plain.every(([wanted, has]) => wanted === undefined || wanted === has) &&
    (ids === undefined || ids.includes(letter.id)) &&
    letter.at_ms >= from_ms &&
    letter.at_ms < to_ms
  )
}

/** A subscription's id is unique only within its instance. */
function keyOf({ instanceId, subscriptionId, address }: Key): string {
  return JSON.stringify([instanceId, subscriptionId, addressText(address satisfies Address)])
}

/** Replays, for `memoryLedger`. */
export function replayMap() {
  const replays = new Map<number, StoredReplay>()
  let last = 0
  const change = (id: number, changes: Partial<StoredReplay>) =>
    replays.set(id, { ...(replays.get(id) as StoredReplay), ...changes })

  function finish(id: number, at_ms: number): void {
    const { state, isRead, fed, ended, looked } = replays.get(id) as StoredReplay
    if (state === 'running' && isRead && fed === ended) {
      change(id, { state: 'done', endedAt_ms: at_ms, total: looked })
    }
  }

  return {
    all: () => [...replays.values()].reverse(),
    get: (id: number) => replays.get(id),
    add(replay: NewReplay): StoredReplay {
      last += 1
      const id = last
      const nothing = { looked: 0, fed: 0, ended: 0, sent: 0, refused: 0, skipped: 0 }
      replays.set(id, { id, state: 'running', ...replay, isRead: false, ...nothing })
      return replays.get(id) as StoredReplay
    },
    changeReplay(id: number, { state, at_ms, perSecond_max }: ReplayChange): void {
      const { reason: _, endedAt_ms: __, ...replay } = replays.get(id) as StoredReplay
      replays.set(id, {
        ...replay,
        state,
        ...(state === 'running' ? {} : { endedAt_ms: at_ms }),
        ...(perSecond_max === undefined ? {} : { perSecond_max }),
      })
      finish(id, at_ms)
    },
    moveReplay: (id: number, place: ReplayPlace, isRead: boolean): void => void change(id, { place, isRead }),
    countReplay(id: number, tally: ReplayTally, at_ms: number): void {
      const replay = replays.get(id) as StoredReplay
      for (const name of Object.keys(tally) as (keyof ReplayTally)[]) {
        change(id, { [name]: replay[name] + tally[name] })
      }
      finish(id, at_ms)
    },
    trim(before_ms: number): number {
      const old = [...replays.values()].filter(
        ({ state, endedAt_ms, startedAt_ms }) =>
          (state === 'done' || state === 'failed') && (endedAt_ms ?? startedAt_ms) < before_ms,
      )
      for (const { id } of old) replays.delete(id)
      return old.length
    },
    /** What names somebody goes; a replay that runs cannot go on without it. */
    clear(without: (json: string) => string, text: string): void {
      for (const [id, replay] of replays) {
        const [asked, selection] = [JSON.stringify(replay.asked), JSON.stringify(replay.selection)]
        if (without(asked) === asked && without(selection) === selection) continue
        change(id, { asked: JSON.parse(without(asked)), selection: JSON.parse(without(selection)) })
        if (replay.state === 'running')
          change(id, { state: 'failed', reason: { code: 'REPLAY_IMPOSSIBLE', text } })
      }
    },
    fail(instance: string): void {
      for (const { id, instanceId, state, fed, ended } of replays.values()) {
        const isOpen = state === 'running' || (state === 'stopped' && fed !== ended)
        if (instanceId === instance && isOpen)
          change(id, { state: 'failed', ended: fed, reason: INSTANCE_GONE })
      }
    },
  }
}
