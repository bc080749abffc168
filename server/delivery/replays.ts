import type { ReplayStep, StoredReplay } from '../ledger/replays.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import { nextPortion } from './replay-portion.ts'
import type { Runtime } from './runtime.ts'

/** So many of a replay's deliveries are parked at a time: what it can hold up when its receiver fails. */
export const ON_THEIR_WAY_MAX = 1_000
/** A portion is at most what may go in this time, so that a slow replay is even. */
const PORTION_MS = 500

export type ReplaysDeps = { readonly runtime: Runtime; readonly log: DecodedLog }

/**
 * Feeds the instance's replays to its parked deliveries, the oldest replay first: a portion at a time, each parked in the
 * transaction that moves the replay's place, so that nothing is left out or parked twice. From there they go as everything
 * parked goes: docs/adr/0015-replay.md.
 */
export async function runReplays(deps: ReplaysDeps): Promise<void> {
  const { instance, ledger, stop, replaying } = deps.runtime
  const pace = pacer(deps.runtime)
  while (!stop.aborted) {
    const version = replaying.version()
    const replay = await ledger.nextReplay(instance.id)
    const room = replay === undefined || replay.isRead ? 0 : ON_THEIR_WAY_MAX - replay.fed + replay.ended
    if (replay === undefined || room <= 0) await replaying.raised(version, stop)
    else if (await pace.wait(replay))
      await feed(deps, replay, Math.min(room, pace.portion(replay)), pace.used)
  }
}

async function feed(
  { runtime, log }: ReplaysDeps,
  replay: StoredReplay,
  count_max: number,
  used: (count: number, perSecond: number) => void,
): Promise<void> {
  const { ledger, parking, replaying, now_ms } = runtime
  const portion = await nextPortion({ runtime, log }, replay, count_max)
  const step: ReplayStep = { ...portion, at_ms: now_ms() }
  // One that was stopped meanwhile has moved nowhere.
  if (!(await ledger.feedReplay(replay.id, step))) return
  used(step.parked.length, replay.perSecond_max)
  if (step.parked.length > 0) parking.raise()
  if (step.isRead) replaying.raise()
}

/** Spreads portions evenly: never faster than `perSecond_max`, over any while longer than a portion's. */
function pacer({ now_ms, sleep }: Pick<Runtime, 'now_ms' | 'sleep'>) {
  let next_ms = 0
  return {
    portion: ({ perSecond_max }: StoredReplay) =>
      Math.max(1, Math.floor((perSecond_max * PORTION_MS) / 1_000)),
    /** False when the server stops. */
    async wait({ perSecond_max }: StoredReplay): Promise<boolean> {
      // A pace that was made faster meanwhile counts at once.
      const longest_ms = Math.max(PORTION_MS, 1_000 / perSecond_max)
      const wait_ms = Math.min(next_ms - now_ms(), longest_ms)
      return wait_ms <= 0 || sleep(wait_ms)
    },
    used(count: number, perSecond: number): void {
      next_ms = Math.max(next_ms, now_ms()) + (count * 1_000) / perSecond
    },
  }
}
