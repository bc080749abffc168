import { AppError } from '../../core/errors.ts'
import { type RunCause, retryAfter_ms, type SqlPlace, type SqlRun } from '../../core/sql/run.ts'
import type { AddressRule } from '../net/address-rule.ts'
import type { SqlPlaces } from './places.ts'
import { type Ended, readOnce, type SqlSource, type TakeCalls } from './read-run.ts'

export type UnderWayDeps = {
  readonly rule: AddressRule
  readonly take: TakeCalls
  readonly now_ms: () => number
  /** A run ended that something went wrong with, or that could not be noted. */
  readonly onTrouble: (sourceId: string, error: unknown) => void
  /** A run has ended, however, and that is noted. */
  readonly onRun?: ((sourceId: string, run: SqlRun) => void) | undefined
}
type StoppedBy = 'person' | 'server'
export type UnderWay = {
  readonly stop: (by: StoppedBy) => void
  /** Resolves when it has ended and that is noted; never rejects. */
  readonly done: Promise<void>
  readonly run: () => SqlRun | undefined
}

/** The runs that are under way, one of a source at a time. */
export function runsUnderWay(deps: UnderWayDeps, places: SqlPlaces, onEnded: () => void) {
  const running = new Map<string, UnderWay>()
  return {
    running: running as ReadonlyMap<string, UnderWay>,
    /** Resolves when it is noted that it has begun; it goes on by itself. @throws {AppError} SQL_RUN_UNDER_WAY */
    async begin(source: SqlSource, cause: RunCause): Promise<SqlRun> {
      if (running.has(source.id)) throw new AppError('SQL_RUN_UNDER_WAY', { source: source.id })
      const { begun, ...underWay } = beginRun(deps, places, source, cause)
      const done = underWay.done.finally(() => {
        running.delete(source.id)
        onEnded()
      })
      running.set(source.id, { ...underWay, done })
      return begun
    },
  }
}

function beginRun(deps: UnderWayDeps, places: SqlPlaces, source: SqlSource, cause: RunCause) {
  const abort = new AbortController()
  const begun = Promise.withResolvers<SqlRun>()
  let stoppedBy: StoppedBy | undefined
  let run: SqlRun | undefined

  async function work(): Promise<void> {
    const place = await places.place(source.id)
    run = newRun(place, source, cause, deps.now_ms())
    const at: SqlPlace = { ...place, runs: run.id, planned_ms: run.startedAt_ms, running: run }
    await places.move(source.id, at)
    begun.resolve(run)
    const { rule, take } = deps
    const ended = await readOnce(source, at, run, {
      ...{ rule, take, signal: abort.signal },
      async onProgress(so) {
        run = so
        await places.move(source.id, { ...at, ...cursorOf(source, so), running: so })
      },
    })
    run = await note(places, source, at, ended, { stoppedBy, now_ms: deps.now_ms() })
    deps.onRun?.(source.id, run)
    if (run.error !== undefined) deps.onTrouble(source.id, ended.error)
  }

  return {
    begun: begun.promise,
    done: work().catch((error) => {
      begun.reject(error)
      deps.onTrouble(source.id, error)
    }),
    run: () => run,
    stop(by: StoppedBy): void {
      stoppedBy ??= by
      abort.abort()
    },
  }
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

/** The cursor, and which column it is of. */
export function cursorAt({ settings }: SqlSource, cursor: string): Partial<SqlPlace> {
  return settings.cursor === undefined ? {} : { cursor, cursorColumn: settings.cursor.column }
}

type Ending = { readonly stoppedBy: StoppedBy | undefined; readonly now_ms: number }

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
