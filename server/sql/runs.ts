import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../core/errors.ts'
import { type Due, dueOf } from '../../core/sql/due.ts'
import { type RunCause, retryAfter_ms, type SqlPlace, type SqlRun } from '../../core/sql/run.ts'
import { nextTimes } from '../../core/sql/schedule.ts'
import type { AddressRule } from '../net/address-rule.ts'
import { type Keeping, type SqlPlaces, sqlPlaces } from './places.ts'
import { type Ended, readOnce, type SqlSource, type TakeCalls } from './read-run.ts'

/** Rows pass the thread that takes live events: more at once would only wait for each other. */
const RUNS_AT_ONCE_MAX = 2
/** Timers of Node count to 24 days. A clock that was set is noticed within this. */
const LOOK_EVERY_MS_MAX = 30_000

export type SqlRunsDeps = Keeping & {
  readonly rule: AddressRule
  readonly take: TakeCalls
  readonly now_ms: () => number
  /** A run ended that something went wrong with, or that could not be noted. */
  readonly onTrouble: (sourceId: string, error: unknown) => void
}
type Running = {
  readonly stop: (why: 'person' | 'server') => void
  readonly done: Promise<void>
  readonly run: () => SqlRun | undefined
}
export type FailingSource = { readonly id: string; readonly since_ms: number; readonly text: string }

/** Reads the databases of sources when they are due, each once at a time. */
export function sqlRuns(deps: SqlRunsDeps) {
  const { now_ms, onTrouble } = deps
  const places = sqlPlaces(deps, now_ms)
  const running = new Map<string, Running>()
  let sources: ReadonlyMap<string, SqlSource> = new Map()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    clearTimeout(timer)
    let next_ms = now_ms() + LOOK_EVERY_MS_MAX
    for (const source of sources.values()) {
      if (isStopped) return
      if (running.has(source.id)) continue
      const due = dueOf(source.settings.schedule, await places.place(source.id))
      if (due === undefined) continue
      if (due.at_ms > now_ms()) next_ms = Math.min(next_ms, due.at_ms)
      else if (running.size < RUNS_AT_ONCE_MAX) await begin(source, due.cause)
    }
    if (isStopped) return
    clearTimeout(timer)
    timer = setTimeout(lookAgain, Math.max(0, next_ms - now_ms()))
    timer.unref()
  }
  /** One look at a time, in the order in which they are asked for. */
  function lookAgain(): Promise<void> {
    looking = looking.then(look).catch((error) => onTrouble('', error))
    return looking
  }

  /** Resolves when the run is noted; it goes on by itself. */
  async function begin(source: SqlSource, cause: RunCause): Promise<SqlRun> {
    if (running.has(source.id)) throw new AppError('SQL_RUN_UNDER_WAY', { source: source.id })
    const abort = new AbortController()
    let stoppedBy: 'person' | 'server' | undefined
    let run: SqlRun | undefined
    const first = Promise.withResolvers<SqlRun>()
    const done = (async () => {
      const place = await places.place(source.id)
      run = newRun(place, source, cause, now_ms())
      const begun: SqlPlace = { ...place, runs: run.id, planned_ms: now_ms(), running: run }
      await places.move(source.id, begun)
      first.resolve(run)
      const ended = await readOnce(source, begun, run, {
        ...deps,
        signal: abort.signal,
        async onProgress(so) {
          run = so
          await places.move(source.id, { ...begun, ...cursorOf(source, so), running: so })
        },
      })
      run = await note(places, source, begun, ended, { stoppedBy, now_ms: now_ms() })
      if (run.error !== undefined) onTrouble(source.id, ended.error)
    })()
      .catch((error) => {
        first.reject(error)
        onTrouble(source.id, error)
      })
      .finally(() => {
        running.delete(source.id)
        if (!isStopped) lookAgain()
      })
    running.set(source.id, {
      done,
      run: () => run,
      stop(why) {
        stoppedBy ??= why
        abort.abort()
      },
    })
    return first.promise
  }

  return {
    /**
     * The sources that are there from now on. A run of one that is gone is stopped; one that was changed is tried again at once
     * if it failed, and its schedule counts from now on.
     */
    async follow(next: readonly SqlSource[]): Promise<void> {
      const before = sources
      sources = new Map(next.map((source) => [source.id, source]))
      for (const [id, { stop }] of running) if (!sources.has(id)) stop('person')
      for (const source of next) {
        const old = before.get(source.id)
        if (old === undefined || isDeepStrictEqual(old.settings, source.settings) || running.has(source.id))
          continue
        const { retryAt_ms, ...place } = await places.place(source.id)
        const retry = retryAt_ms === undefined ? {} : { retryAt_ms: now_ms() }
        await places.move(source.id, { ...place, ...retry, planned_ms: now_ms() })
      }
      await lookAgain()
    },
    /** The sources whose last runs failed. */
    async failing(): Promise<readonly FailingSource[]> {
      const found = await Promise.all(
        [...sources.keys()].map(async (id): Promise<readonly FailingSource[]> => {
          const { failures, failingSince_ms } = await places.place(id)
          const [last] = failures === 0 ? [] : await places.runs(id)
          if (failingSince_ms === undefined) return []
          return [{ id, since_ms: failingSince_ms, text: last?.error?.text ?? '' }]
        }),
      )
      return found.flat()
    },
    /** @throws {AppError} SQL_NOT_SET_UP, SQL_RUN_UNDER_WAY */
    async runNow(id: string): Promise<SqlRun> {
      return begin(sourceOf(sources, id), 'hand')
    },
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
    async stateOf(id: string) {
      const place = await places.place(id)
      const under = running.get(id)?.run()
      const source = sources.get(id)
      const due: Due | undefined = source === undefined ? undefined : dueOf(source.settings.schedule, place)
      const schedule = source?.settings.schedule
      const after_ms = Math.max(now_ms(), due?.at_ms ?? 0)
      const later = schedule === undefined ? [] : nextTimes(schedule, after_ms, 2)
      const next = [...(due === undefined ? [] : [due.at_ms]), ...later].slice(0, 3)
      const [last] = await places.runs(id)
      const isForeign = source?.settings.cursor?.column !== place.cursorColumn
      return { place, running: under, next, last, cursor: isForeign ? undefined : place.cursor }
    },
    runs: places.runs,
    /** @throws {AppError} SQL_RUN_UNDER_WAY, SQL_NOT_SET_UP */
    async reset(
      id: string,
      { to, newIds }: { readonly to?: string | undefined; readonly newIds: boolean },
    ): Promise<void> {
      const source = sourceOf(sources, id)
      if (running.has(id)) throw new AppError('SQL_RUN_UNDER_WAY', { source: id })
      const { cursor: _, cursorColumn: __, lastSync_ms: ___, ...place } = await places.place(id)
      const epoch = place.epoch + (newIds ? 1 : 0)
      await places.move(id, { ...place, epoch, ...(to === undefined ? {} : cursorAt(source, to)) })
    },
    forget: places.forget,
    async stop(): Promise<void> {
      isStopped = true
      clearTimeout(timer)
      for (const { stop } of running.values()) stop('server')
      await Promise.all([...running.values()].map(({ done }) => done))
      await looking
    },
  }
}
export type SqlRuns = ReturnType<typeof sqlRuns>

function sourceOf(sources: ReadonlyMap<string, SqlSource>, id: string): SqlSource {
  const source = sources.get(id)
  if (source === undefined) throw new AppError('SQL_NOT_SET_UP', { source: id })
  return source
}

function newRun(place: SqlPlace, { settings }: SqlSource, cause: RunCause, startedAt_ms: number): SqlRun {
  const isOwn = place.cursorColumn === settings.cursor?.column
  return {
    ...{ id: place.runs + 1, cause, state: 'running', startedAt_ms },
    ...{ rows: 0, accepted: 0, duplicates: 0, refused: 0, refusals: [] },
    ...(isOwn && place.cursor !== undefined ? { cursorBefore: place.cursor } : {}),
  }
}

function cursorOf(source: SqlSource, { cursorAfter }: SqlRun): Partial<SqlPlace> {
  return cursorAfter === undefined ? {} : cursorAt(source, cursorAfter)
}

function cursorAt({ settings }: SqlSource, cursor: string): Partial<SqlPlace> {
  return settings.cursor === undefined ? {} : { cursor, cursorColumn: settings.cursor.column }
}

type Ending = { readonly stoppedBy: 'person' | 'server' | undefined; readonly now_ms: number }

/** The run goes into the history before the place says that it is over: a crash between the two tells it again. */
async function note(
  places: SqlPlaces,
  source: SqlSource,
  { running: _, retryAt_ms, ...place }: SqlPlace,
  { run, error }: Ended,
  { stoppedBy, now_ms }: Ending,
): Promise<SqlRun> {
  const moved = { ...place, ...cursorOf(source, run) }
  const ended = { ...run, endedAt_ms: now_ms }
  const told = async (last: SqlRun, next: SqlPlace): Promise<SqlRun> => {
    await places.addRun(source.id, last)
    await places.move(source.id, next)
    return last
  }
  if (error === undefined) {
    const { failingSince_ms: __, ...well } = moved
    return told({ ...ended, state: 'done' }, { ...well, failures: 0, lastSync_ms: run.startedAt_ms })
  }
  if (stoppedBy === 'person') return told({ ...ended, state: 'stopped' }, moved)
  if (stoppedBy === 'server') return told({ ...ended, state: 'cut off' }, { ...moved, retryAt_ms: now_ms })
  const failures = place.failures + 1
  return told(
    { ...ended, state: 'failed', error: { code: error.code, text: error.explanation } },
    {
      ...moved,
      failures,
      failingSince_ms: place.failingSince_ms ?? now_ms,
      retryAt_ms: now_ms + retryAfter_ms(failures),
    },
  )
}
