import { AppError } from '../../../core/errors.ts'
import type { Asked } from '../../../server/admin/replay-selection.ts'
import type { Ledger } from '../../../server/ledger/ledger.ts'
import type { ReplayState } from '../../../server/ledger/replays.ts'
import type { SimClock } from './clock.ts'
import { OUTSIDE } from './clock.ts'
import type { Process } from './process.ts'
import type { InstanceId } from './settings.ts'

const LETTERS_SEEN_MAX = 200

/** What a person does with what was not delivered, in a phase. */
export type ReplayPlan = {
  /** After the phase's beginning. */
  readonly at_ms: number
  readonly of: InstanceId
  readonly what:
    | { readonly kind: 'all' | 'one' | 'code' | 'give up' }
    /** The log, from so long ago until now. */
    | { readonly kind: 'log'; readonly ago_ms: number; readonly isOneSource: boolean }
  readonly perSecond_max: number
  /** After its beginning; undefined: it is let run. */
  readonly stopAfter_ms: number | undefined
  readonly resumeAfter_ms: number | undefined
}
export type ReplayerDeps = {
  readonly clock: SimClock
  readonly current: () => Process | undefined
  readonly fail: (text: string) => void
  readonly trace: (text: string) => void
}

/** Replays dead letters and the log, stops and resumes that, and gives up: as far as there is a server that answers. */
export function replayer({ clock, current, fail, trace }: ReplayerDeps) {
  /** Undefined when the server is away, refuses, or dies meanwhile. */
  async function ask<Answer>(work: (process: Process) => Promise<Answer>): Promise<Answer | undefined> {
    const process = current()
    if (process === undefined) return undefined
    const answered = work(process).catch((error) => {
      // A disk that fails is no bug, and a replay that cannot be is told.
      const isKnown = error instanceof AppError ? error.code === 'REPLAY_IMPOSSIBLE' : isDisk(error)
      if (!isKnown) fail(`a replay threw ${error}`)
      trace(`no replay: ${error}`)
      return undefined
    })
    return Promise.race([answered, process.life.died.then(() => undefined)])
  }
  const begin = (asked: Asked, perSecond_max: number) =>
    ask((process) => process.people.replay(asked, perSecond_max))
  const change = (id: number, from: ReplayState, to: ReplayState) =>
    ask((process) => process.people.changeReplay(id, from, to))

  async function act({ of, what, perSecond_max, stopAfter_ms, resumeAfter_ms }: ReplayPlan): Promise<void> {
    const asked = await ask((process) => askedFor(process, of, what))
    if (asked === undefined) return
    if (what.kind === 'give up') {
      await ask(({ people }) => people.giveUp(of))
      return
    }
    const id = await begin(asked, perSecond_max)
    if (id === undefined || stopAfter_ms === undefined) return
    clock.after(stopAfter_ms, OUTSIDE, async () => {
      await change(id, 'running', 'stopped')
      if (resumeAfter_ms === undefined) return
      clock.after(resumeAfter_ms, OUTSIDE, () => void change(id, 'stopped', 'running'))
    })
  }

  async function askedFor(
    { ledger }: Process,
    of: InstanceId,
    what: ReplayPlan['what'],
  ): Promise<Asked | undefined> {
    if (what.kind === 'log') {
      const now_ms = clock.wall_ms()
      const [from, to] = [now_ms - what.ago_ms, now_ms].map((ms) => new Date(ms).toISOString())
      const source = what.isOneSource ? { source: 'app' } : {}
      return { events: { destination: of, from: from as string, to: to as string, ...source } }
    }
    const letters = await seen(ledger, of)
    const [letter] = letters
    const all = { destination: of }
    if (what.kind === 'all' || what.kind === 'give up' || letter === undefined) return { deadLetters: all }
    return {
      deadLetters: { ...all, ...(what.kind === 'one' ? { ids: [letter.id] } : { code: letter.reason.code }) },
    }
  }

  return {
    plan(plans: readonly ReplayPlan[]): void {
      for (const plan of plans) clock.after(plan.at_ms, OUTSIDE, () => void act(plan))
    },
    /** Everything that is dead, once all is well. False when the server did not take it. */
    sendAll: async (of: InstanceId): Promise<boolean> =>
      (await begin({ deadLetters: { destination: of } }, 100_000)) !== undefined,
    async resumeAll(): Promise<void> {
      const stopped = await ask(async ({ ledger }) =>
        (await ledger.replays({})).filter(({ state }) => state === 'stopped'),
      )
      for (const { id } of stopped ?? []) await change(id, 'stopped', 'running')
    },
  }
}

function seen(ledger: Ledger, instanceId: InstanceId) {
  return ledger.deadLetters({ instanceId }, { count_max: LETTERS_SEEN_MAX })
}

function isDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}
