import type { Instance } from '../../core/configuration.ts'
import type { Count, InstanceState } from '../ledger/ledger.ts'
import type { LogStats, Rest } from '../log/log.ts'
import { type LagDeps, lagOf } from './lag.ts'
import { budgetsOf, type OverviewDeps } from './overview.ts'

/** The log is measured as a whole at most so often: its chunks are counted one by one. */
const STATS_EVERY_MS = 60_000

export type DestinationFigures = {
  readonly id: string
  /** What it did last; undefined when it has never begun. */
  readonly state: InstanceState['state'] | undefined
  readonly lag_ms: number
  readonly pending: number
  readonly aside: number
  readonly budgets: readonly { readonly name: string; readonly used: number; readonly max: number }[]
}
/** What the files of the data folder say about now, as plain values. */
export type Figures = {
  readonly destinations: readonly DestinationFigures[]
  readonly counts: readonly Count[]
  readonly log: LogStats
}

/** Reads what metrics are made of. What is not sent from this server, or switched off, has neither lag nor budgets. */
export function figureReader(deps: OverviewDeps, now_ms: () => number) {
  let stats: { readonly at_ms: number; readonly value: LogStats } | undefined

  async function logStats(): Promise<LogStats> {
    if (stats === undefined || now_ms() - stats.at_ms >= STATS_EVERY_MS) {
      stats = { at_ms: now_ms(), value: await deps.log.stats() }
    }
    return stats.value
  }

  return async (instances: readonly Instance[]): Promise<Figures> => {
    const { ledger } = deps
    const [states, aside] = [await ledger.states(), await ledger.aside()]
    const destinations: DestinationFigures[] = []
    const looked = await lookedOnce(deps)
    for (const instance of instances) {
      const { id } = instance
      const isReading = instance.enabled && deps.catalogue.get(instance.kind)?.mode === 'cloud'
      const { lag_ms, pending } = isReading ? await lagOf(looked, id, now_ms()) : { lag_ms: 0, pending: 0 }
      const budgets = isReading ? await budgetsOf(deps, instance, now_ms()) : []
      destinations.push({
        ...{ id, state: states.get(id)?.state, lag_ms, pending },
        aside: aside.get(id)?.count ?? 0,
        budgets: budgets.map(({ name, used, max }) => ({ name, used, max })),
      })
    }
    return { destinations, counts: await ledger.counts(), log: await logStats() }
  }
}

/** All cursors in one question, and of readers that stand at the same place what lies before them: many instances keep up in many lanes. */
async function lookedOnce({ ledger, log }: Pick<OverviewDeps, 'ledger' | 'log'>): Promise<LagDeps> {
  const cursors = new Map(
    (await ledger.cursors()).map(({ readerId, lane, cursor }) => [`${lane} ${readerId}`, cursor]),
  )
  const rests = new Map<string, Promise<Rest>>()
  return {
    ledger: { cursor: async (readerId, lane) => cursors.get(`${lane} ${readerId}`) },
    log: {
      lanes: log.lanes,
      restFrom(lane, from) {
        const place = `${lane} ${from.chunk} ${from.index}`
        const rest = rests.get(place) ?? log.restFrom(lane, from)
        rests.set(place, rest)
        return rest
      },
    },
  }
}
