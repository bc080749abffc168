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

/** A receiver that asks for more gets this: what lies beyond is a mistake, and would hold a lane for ever. */
export const RETRY_AFTER_MS_MAX = 86_400_000
/** The three forms of an HTTP date, RFC 9110, section 5.6.7: all of them in GMT, and the third does not say so. */
const HTTP_DATE = /^[a-z]{3,9},? [\w -]+ \d{2}:\d{2}:\d{2}(?: GMT| \d{4})$/i

/**
 * Seconds or an HTTP date: RFC 9110, section 10.2.3. At most `RETRY_AFTER_MS_MAX`; undefined when there is none, or
 * nothing that can be read.
 */
export function readRetryAfter_ms(header: string | undefined, now_ms: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  const wait_ms = /^\d+$/.test(text) ? Number(text) * 1_000 : httpDate_ms(text) - now_ms
  return Number.isNaN(wait_ms) ? undefined : Math.min(Math.max(0, wait_ms), RETRY_AFTER_MS_MAX)
}

function httpDate_ms(text: string): number {
  if (!HTTP_DATE.test(text)) return Number.NaN
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
}
