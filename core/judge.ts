import type { HttpResponse } from './destination.ts'
import type { ErrorCode } from './errors.ts'
import type { Judgement } from './outcome.ts'

/** How long a body's beginning may be in a reason. */
const QUOTED_CHARS_MAX = 300

/**
 * What an HTTP answer usually means: any 2xx is delivered; 400, 413 and 422 refuse the request; a wrong address or key
 * (401, 403, 404, 405, 410) and a redirect hold the lane until a person mends the settings, so that nothing is
 * buried; everything else is tried again.
 */
export function judgeHttp(response: HttpResponse, now_ms: number): Judgement {
  const { status } = response
  if (status >= 200 && status < 300) return { status: 'delivered' }
  if (REFUSALS.has(status)) return { status: 'refused', reason: reason('DESTINATION_REFUSED', response) }
  const retryAfter_ms = readRetryAfter_ms(response.headers['retry-after'], now_ms)
  return {
    status: 'retry',
    reason: reason(retryCode(status), response),
    ...(retryAfter_ms === undefined ? {} : { retryAfter_ms }),
  }
}

const REFUSALS = new Set([400, 413, 422])
const MISCONFIGURED = new Set([401, 403, 404, 405, 410])

function retryCode(status: number): ErrorCode {
  if (status === 429) return 'DESTINATION_THROTTLED'
  if (MISCONFIGURED.has(status) || (status >= 300 && status < 400)) return 'DESTINATION_MISCONFIGURED'
  return 'DESTINATION_FAILED'
}

function reason(code: ErrorCode, { status, body }: HttpResponse) {
  const quoted = body.length > QUOTED_CHARS_MAX ? `${body.slice(0, QUOTED_CHARS_MAX)}…` : body
  return { code, text: quoted.trim() === '' ? `It answered ${status}.` : `It answered ${status}: ${quoted}` }
}

/** Seconds or an HTTP date: RFC 9110, section 10.2.3. Undefined when there is none, or nothing that can be read. */
export function readRetryAfter_ms(header: string | undefined, now_ms: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000
  const at_ms = Date.parse(header)
  return Number.isNaN(at_ms) ? undefined : Math.max(0, at_ms - now_ms)
}
