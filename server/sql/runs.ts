import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../core/errors.ts'
import { dueOf } from '../../core/sql/due.ts'
import type { SqlRun } from '../../core/sql/run.ts'
import { nextTimes } from '../../core/sql/schedule.ts'
import { lookout } from './lookout.ts'
import { type Keeping, type SqlPlaces, sqlPlaces } from './places.ts'
import type { SqlSource } from './read-run.ts'
import { cursorAt, runsUnderWay, type UnderWayDeps } from './under-way.ts'

/** Rows pass the thread that takes live events: more at once would only wait for each other. */
const RUNS_AT_ONCE_MAX = 2
const NEXT_TIMES = 3

export type SqlRunsDeps = Keeping & UnderWayDeps
export type FailingSource = { readonly id: string; readonly since_ms: number; readonly text: string }
export type SqlRuns = ReturnType<typeof sqlRuns>

/** Reads the databases of sources when they are due, each once at a time. */
export function sqlRuns(deps: SqlRunsDeps) {
  const { now_ms, onTrouble } = deps
  const places = sqlPlaces(deps, now_ms)
  const { running, begin } = runsUnderWay(deps, places, () => watch.look())
  let sources: ReadonlyMap<string, SqlSource> = new Map()
  const watch = lookout({
    now_ms,
    waiting: () => [...sources.keys()].filter((id) => !running.has(id)),
    dueOf: async (id) => dueOf(sources.get(id)?.settings.schedule, await places.place(id)),
    async begin(id, { cause }) {
      const source = sources.get(id)
      const isRoom = running.size < RUNS_AT_ONCE_MAX && !running.has(id)
      if (source !== undefined && isRoom) await begin(source, cause)
      return isRoom
    },
    onTrouble: (error) => onTrouble('', error),
  })

  return {
    /**
     * The sources that are there from now on. A run of one that is gone is stopped; one that was changed is tried again at once
     * if it failed, and its schedule counts from now on.
     */
    async follow(next: readonly SqlSource[]): Promise<void> {
      const before = sources
      sources = new Map(next.map((source) => [source.id, source]))
      for (const [id, { stop }] of running) if (!sources.has(id)) stop('person')
      const changed = next.filter(({ id, settings }) => {
        const old = before.get(id)
        return old !== undefined && !isDeepStrictEqual(old.settings, settings) && !running.has(id)
      })
      for (const { id } of changed) await countFromNow(places, id, now_ms())
      await watch.look()
    },
    /** The sources whose last runs failed. */
    failing: async () => (await Promise.all([...sources.keys()].map((id) => failingOf(places, id)))).flat(),
    /** Resolves when it has begun. @throws {AppError} SQL_NOT_SET_UP, SQL_RUN_UNDER_WAY */
    runNow: async (id: string): Promise<SqlRun> => begin(sourceOf(sources, id), 'hand'),
    /** Ends the run that is under way, and waits for no other try. Resolves when it has ended, and tells whether there was one. */
    async stopRun(id: string): Promise<boolean> {
      const under = running.get(id)
      under?.stop('person')
      await under?.done
      const { retryAt_ms: _, ...place } = await places.place(id)
      await places.move(id, place)
      return under !== undefined
    },
    /** Where the source is, and when it is read next. */
    stateOf: async (id: string) => ({
      ...(await stateOf(places, id, sources.get(id), now_ms())),
      running: running.get(id)?.run(),
    }),
    runs: places.runs,
    /** @throws {AppError} SQL_RUN_UNDER_WAY, SQL_NOT_SET_UP */
    async reset(id: string, how: Reset): Promise<void> {
      const source = sourceOf(sources, id)
      if (running.has(id)) throw new AppError('SQL_RUN_UNDER_WAY', { source: id })
      await reset(places, source, how)
    },
    forget: places.forget,
    forgetTexts: async () => {
      for (const id of sources.keys()) await places.forgetTexts(id)
    },
    async stop(): Promise<void> {
      await watch.stop()
      for (const { stop } of running.values()) stop('server')
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}

function sourceOf(sources: ReadonlyMap<string, SqlSource>, id: string): SqlSource {
  const source = sources.get(id)
  if (source === undefined) throw new AppError('SQL_NOT_SET_UP', { source: id })
  return source
}

/** Times before this one are not missed. */
async function countFromNow(places: SqlPlaces, id: string, now_ms: number): Promise<void> {
  const { retryAt_ms, ...place } = await places.place(id)
  const retry = retryAt_ms === undefined ? {} : { retryAt_ms: now_ms }
  await places.move(id, { ...place, ...retry, planned_ms: now_ms })
}

async function failingOf(places: SqlPlaces, id: string): Promise<readonly FailingSource[]> {
  const { failingSince_ms } = await places.place(id)
  if (failingSince_ms === undefined) return []
  const last = (await places.runs(id)).find(({ error }) => error !== undefined)
  return [{ id, since_ms: failingSince_ms, text: last?.error?.text ?? '' }]
}

async function stateOf(places: SqlPlaces, id: string, source: SqlSource | undefined, now_ms: number) {
  const place = await places.place(id)
  const { schedule, cursor } = source?.settings ?? {}
  const due = source === undefined ? undefined : dueOf(schedule, place)
  const first = due === undefined ? [] : [due.at_ms]
  const later = schedule === undefined ? [] : nextTimes(schedule, Math.max(now_ms, ...first), NEXT_TIMES)
  const [last] = await places.runs(id)
  const isOwn = cursor?.column === place.cursorColumn
  return {
    ...{ place, last, next: [...first, ...later].slice(0, NEXT_TIMES) },
    cursor: isOwn ? place.cursor : undefined,
  }
}

type Reset = { readonly to?: string | undefined; readonly newIds: boolean }

async function reset(places: SqlPlaces, source: SqlSource, { to, newIds }: Reset): Promise<void> {
  const { cursor: _, cursorColumn: __, lastSync_ms: ___, ...place } = await places.place(source.id)
  const epoch = place.epoch + (newIds ? 1 : 0)
  await places.move(source.id, { ...place, epoch, ...(to === undefined ? {} : cursorAt(source, to)) })
}
