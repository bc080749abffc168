import type { ErrorCode } from './errors.ts'

/** Why a delivery did not succeed: a code from the error table, and a sentence with the facts. */
export type Reason = { readonly code: ErrorCode; readonly text: string }

/**
 * What a receiver's answer means for the whole request.
 * - `delivered`: it has everything that the request carried.
 * - `retry`: send the same again later, not before `retryAfter_ms` when it is named. The lane waits.
 * - `refused`: it will not take this request. With several deliveries in it the request is bisected, so only the
 *   guilty ones end as dead letters.
 */
export type Judgement =
  | { readonly status: 'delivered' }
  | { readonly status: 'retry'; readonly reason: Reason; readonly retryAfter_ms?: number }
  | { readonly status: 'refused'; readonly reason: Reason }

/** How a delivery ended. There is no third way to end: until then it is pending. */
export type Outcome =
  | { readonly status: 'delivered' }
  | { readonly status: 'rejected'; readonly reason: Reason }
