import type { HttpRequest, HttpResponse, Remembered } from './destination.ts'
import type { ErrorCode } from './errors.ts'
import type { Json } from './event.ts'

/** Why a delivery did not succeed: a code from the error table, and a sentence with the facts. */
export type Reason = { readonly code: ErrorCode; readonly text: string }

/**
 * What a receiver's answer means for the whole request.
 * - `delivered`: it has everything that the request carried.
 * - `retry`: send the same again later, not before `retryAfter_ms` when it is named. The lane waits.
 * - `refused`: it will not take this request. With several deliveries in it the request is bisected, so only the
 *   guilty ones end as dead letters.
 * - `continue`: it took this step; the same deliveries go on with this request, at once.
 * - `later`: it has begun, and is to be asked again. The deliveries are parked, and planned anew with this state.
 */
export type Judgement =
  | { readonly status: 'delivered'; readonly remember?: readonly Remembered[] }
  | {
      readonly status: 'continue'
      readonly request: HttpRequest
      readonly judge: (response: HttpResponse, now_ms: number) => Judgement
    }
  | { readonly status: 'later'; readonly wait_ms: number; readonly state: Json }
  | { readonly status: 'retry'; readonly reason: Reason; readonly retryAfter_ms?: number }
  | { readonly status: 'refused'; readonly reason: Reason }

/** How a delivery ended. There is no third way to end: until then it is pending. */
export type Outcome =
  | { readonly status: 'delivered' }
  | { readonly status: 'rejected'; readonly reason: Reason }
