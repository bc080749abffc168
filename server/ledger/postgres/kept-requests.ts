import { createHash } from 'node:crypto'
import type { Queries } from '../../postgres/connect.ts'
import type { Attempt } from '../ledger.ts'
import { DAY_MS, dayOf } from './attempt-days.ts'

/** Shorter ones are not worth a look. */
const CHARS_MIN = 1_024

type Kept = { readonly id: number; readonly hash: string; readonly startedAt_ms: number }
export type Keeper = { readonly body_of: number | undefined; readonly stored: (id: number) => void }

/**
 * As `tables/kept-requests.ts`: a request that a lane fails with again and again is kept once. What is delivered at once, as nearly
 * everything, costs nothing here.
 */
export function keptRequests(db: Queries) {
  const last = new Map<string, Kept>()

  return async function keeperOf(attempt: Attempt): Promise<Keeper> {
    const { instanceId, lane, outcome, requestBody, startedAt_ms } = attempt
    const key = `${lane} ${instanceId}`
    const before = last.get(key)
    const isFailing = outcome === 'retry' || outcome === 'parked'
    if (requestBody.length < CHARS_MIN || (before === undefined && !isFailing)) return NONE
    const hash = createHash('sha256').update(requestBody).digest('base64')
    const isSame = before?.hash === hash
    if (!isFailing) last.delete(key)
    // Dropped meanwhile, or never stored because its transaction failed: then this one holds it.
    if (isSame && (await isThere(db, before))) return { body_of: before.id, stored() {} }
    return {
      body_of: undefined,
      stored(id) {
        if (isFailing) last.set(key, { id, hash, startedAt_ms })
      },
    }
  }
}
const NONE: Keeper = { body_of: undefined, stored() {} }

async function isThere(db: Queries, { id, startedAt_ms }: Kept): Promise<boolean> {
  const day_ms = dayOf(startedAt_ms) * DAY_MS
  const found = await db.rows(
    'select from attempts where id = $1 and started_at_ms >= $2 and started_at_ms < $3 and body_of is null',
    [id, day_ms, day_ms + DAY_MS],
  )
  return found.length > 0
}
