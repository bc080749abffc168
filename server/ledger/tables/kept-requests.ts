import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Attempt } from '../ledger.ts'

/** Shorter ones are not worth a look. */
const CHARS_MIN = 1_024

type Kept = { readonly id: number; readonly hash: string }

/**
 * Knows which attempt holds the request that a lane fails with again and again, so that it is kept once and not some
 * hundred times a day. What is delivered at once, as nearly everything, costs nothing here.
 */
export function keptRequests(db: DatabaseSync) {
  const is = db.prepare(
    'select 1 from attempts where id = ? and instance_id = ? and lane = ? and body_of is null',
  )
  const last = new Map<string, Kept>()

  return {
    /** The id of an earlier attempt that holds this very request. */
    keeper(attempt: Attempt): { readonly id: number | undefined; readonly stored: (id: number) => void } {
      const { instanceId, lane, outcome, requestBody } = attempt
      const key = `${lane} ${instanceId}`
      const before = last.get(key)
      const isFailing = outcome === 'retry' || outcome === 'parked'
      if (requestBody.length < CHARS_MIN || (before === undefined && !isFailing)) return NONE
      const hash = createHash('sha256').update(requestBody).digest('base64')
      const isSame = before?.hash === hash
      if (!isFailing) last.delete(key)
      // Trimmed meanwhile, or never stored because its transaction failed: then this one holds it.
      if (isSame && is.get(before.id, instanceId, lane) !== undefined) return { id: before.id, stored() {} }
      return {
        id: undefined,
        stored(id) {
          if (isFailing) last.set(key, { id, hash })
        },
      }
    },
  }
}
const NONE = { id: undefined, stored() {} }
