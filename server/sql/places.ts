import type { Json } from '../../core/event.ts'
import { newPlace, RUNS_KEPT_MAX, type SqlPlace, type SqlRun } from '../../core/sql/run.ts'

/** Where small things are kept over a restart; what `keep` resolved for is on disk. */
export type Keeping = {
  readonly kept: (name: string) => Promise<Json | undefined>
  readonly keep: (name: string, value: Json) => Promise<void>
}

const ERASED = 'Its text was erased.'

/** Where each source is, and its runs. The place is small and written often, the runs are written once each. */
export function sqlPlaces({ kept, keep }: Keeping, now_ms: () => number) {
  const places = new Map<string, Promise<SqlPlace>>()

  async function move(id: string, next: SqlPlace): Promise<void> {
    await keep(`sql place ${id}`, next as unknown as Json)
    places.set(id, Promise.resolve(next))
  }
  async function runs(id: string): Promise<readonly SqlRun[]> {
    return ((await kept(`sql runs ${id}`)) as unknown as readonly SqlRun[] | undefined) ?? []
  }
  /** A run that is told twice is there once. */
  async function addRun(id: string, run: SqlRun): Promise<void> {
    const others = (await runs(id)).filter((one) => one.id !== run.id)
    await keep(`sql runs ${id}`, [run, ...others].slice(0, RUNS_KEPT_MAX) as unknown as Json)
  }
  /** A run that the server died in is told as what it is, and another one goes on at once. */
  async function load(id: string): Promise<SqlPlace> {
    const known = (await kept(`sql place ${id}`)) as unknown as SqlPlace | undefined
    const { running, ...place } = known ?? newPlace(now_ms())
    if (running !== undefined) await addRun(id, { ...running, state: 'cut off', endedAt_ms: now_ms() })
    const next = running === undefined ? place : { ...place, retryAt_ms: now_ms() }
    if (known === undefined || running !== undefined) await keep(`sql place ${id}`, next as unknown as Json)
    return next
  }

  return {
    place(id: string): Promise<SqlPlace> {
      const known = places.get(id)
      if (known !== undefined) return known
      const loading = load(id)
      places.set(id, loading)
      loading.catch(() => places.delete(id))
      return loading
    },
    move,
    /** The newest first. */
    runs,
    addRun,
    /** What runs quote of rows and databases is forgotten; what they were stays. */
    async forgetTexts(id: string): Promise<void> {
      const without = (await runs(id)).map(({ error, refusals, ...run }) => ({
        ...run,
        refusals: refusals.map((one) => ({ ...one, reason: ERASED })),
        ...(error === undefined ? {} : { error: { ...error, text: ERASED } }),
      }))
      await keep(`sql runs ${id}`, without as unknown as Json)
    },
    /** A source that is new begins at the beginning, whatever stood here under its id. */
    async forget(id: string): Promise<void> {
      await keep(`sql runs ${id}`, [])
      await move(id, newPlace(now_ms()))
    },
  }
}
export type SqlPlaces = ReturnType<typeof sqlPlaces>
