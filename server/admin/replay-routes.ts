import type { Static } from 'typebox'
import type { Replay as ShownReplay } from '../../contract/replay.ts'
import { find } from '../../core/edit/sources.ts'
import type { Json } from '../../core/event.ts'
import type { StoredReplay } from '../ledger/replays.ts'
import { isoTime } from '../lookup/shown.ts'
import type { Store } from '../store/store.ts'
import { dryRun } from './replay-dry-run.ts'
import { type DryRunDeps, freeze, impossible } from './replay-selection.ts'
import { notFound } from './request.ts'
import type { AdminRouter } from './router.ts'

const PER_SECOND_DEFAULT = 500
const SHOWN_MAX = 200
/** How fast a replay gets on is told from so much time, not from a moment. */
const MEASURED_MS_MIN = 2_000

export type ReplayDeps = DryRunDeps & {
  readonly store: Store
  readonly now_ms: () => number
  /** A replay was begun, stopped or resumed. */
  readonly onChange: () => void
}

/** Sends dead letters or a range of the log again. The readers do it: here it is begun, and stopped. */
export function replayRoutes({ on }: AdminRouter, deps: ReplayDeps): void {
  const { store, ledger, now_ms, onChange } = deps
  const timeLeft_ms = estimate(now_ms)
  const show = (replay: StoredReplay) => shown(replay, timeLeft_ms(replay))

  async function findReplay(id: string): Promise<StoredReplay> {
    const replay = /^\d{1,15}$/.test(id) ? await ledger.replay(Number(id)) : undefined
    if (replay === undefined) throw notFound('replay', id)
    return replay
  }

  on('POST /admin/v1/replays/dry-run', async ({ body: { of } }) =>
    dryRun(deps, await freeze(deps, of, await store.read())),
  )
  on('POST /admin/v1/replays', async ({ body: { of, perSecond_max = PER_SECOND_DEFAULT }, note }) => {
    note({ after: { of: of as unknown as Json, perSecond_max } })
    const { instance, selection, place, total } = await freeze(deps, of, await store.read())
    const replay = await ledger.addReplay({
      ...{ instanceId: instance.id, asked: of as unknown as Json, selection, place, total, perSecond_max },
      startedAt_ms: now_ms(),
    })
    onChange()
    return show(replay)
  })
  on('GET /admin/v1/replays', async ({ query: { destination } }) => {
    const replays = await ledger.replays(destination === undefined ? {} : { instanceId: destination })
    return { replays: replays.slice(0, SHOWN_MAX).map(show) }
  })
  on('GET /admin/v1/replays/:id', async ({ params: { id } }) => show(await findReplay(id)))
  on('POST /admin/v1/replays/:id/stop', async ({ params }) => {
    const { id, state } = await findReplay(params.id)
    const change = { state: 'stopped', at_ms: now_ms() } as const
    if (!(await ledger.changeReplay(id, ['running'], change))) throw impossible(`it is ${state}`)
    onChange()
    return show(await findReplay(params.id))
  })
  on('POST /admin/v1/replays/:id/resume', async ({ params, body: { perSecond_max }, note }) => {
    note({ after: { ...(perSecond_max === undefined ? {} : { perSecond_max }) } })
    const { id, state, instanceId } = await findReplay(params.id)
    const { instances } = await store.read()
    if (!find('destination', instances, instanceId).enabled)
      throw impossible('its destination is switched off')
    const pace = perSecond_max === undefined ? {} : { perSecond_max }
    const change = { state: 'running', at_ms: now_ms(), ...pace } as const
    if (!(await ledger.changeReplay(id, ['stopped'], change))) throw impossible(`it is ${state}`)
    onChange()
    return show(await findReplay(params.id))
  })
}

function shown(replay: StoredReplay, left_ms: number | undefined): Static<typeof ShownReplay> {
  const { id, asked, instanceId, state, reason, startedAt_ms, endedAt_ms } = replay
  const { perSecond_max, total, looked, fed, ended, sent, refused, skipped } = replay
  return {
    ...{ id, of: asked as unknown as Static<typeof ShownReplay>['of'], destination: instanceId, state },
    ...(reason === undefined ? {} : { reason: { ...reason } }),
    startedAt: isoTime(startedAt_ms),
    ...(endedAt_ms === undefined ? {} : { endedAt: isoTime(endedAt_ms) }),
    ...{ perSecond_max, total, looked, onTheirWay: fed - ended, sent, refused, skipped },
    ...(left_ms === undefined ? {} : { left_ms }),
  }
}

type Sample = { readonly at_ms: number; readonly done: number }

/** How long a replay will take yet, as fast as it has been since somebody began to look; at first, as fast as it may be. */
function estimate(now_ms: () => number) {
  const first = new Map<number, Sample>()
  return ({ id, state, total, looked, fed, ended, perSecond_max }: StoredReplay): number | undefined => {
    const done = looked - (fed - ended)
    if (state !== 'running') {
      first.delete(id)
      return undefined
    }
    const since = first.get(id) ?? { at_ms: now_ms(), done }
    first.set(id, since)
    const took_ms = now_ms() - since.at_ms
    const left = Math.max(0, total - done)
    if (took_ms < MEASURED_MS_MIN || done <= since.done) return Math.round((left * 1_000) / perSecond_max)
    return Math.round((left * took_ms) / (done - since.done))
  }
}
