import { AppError, type ErrorCode } from '../../core/errors.ts'

/** Longer than a restart, an upgrade or a full disk that somebody clears; then the import stops, and can go on later. */
export const KEEP_TRYING_MS = 900_000
const FIRST_WAIT_MS = 500
const WAIT_MS_MAX = 30_000
const RETRY_AFTER_MS_MAX = 300_000
const ANSWER_WITHIN_MS = 120_000
/** Ours is for later, as are a proxy's. */
const LATER: ReadonlySet<number> = new Set([0, 408, 425, 429, 500, 502, 503, 504])
const TOO_MUCH = 413

export type Answer = { readonly status: number; readonly retryAfter?: string | null; readonly json: unknown }
export type SendDeps = {
  /** Sends one request; an answer of status 0 stands for none, with what went wrong. */
  readonly post: (body: string) => Promise<Answer>
  /** False when the person asked to stop meanwhile. */
  readonly wait: (ms: number) => Promise<boolean>
  readonly now_ms: () => number
  /** Told when the server asks to wait, or cannot be reached. */
  readonly onWait: (ms: number, why: string) => void
}
export type Refused = { readonly index: number; readonly code: string; readonly reason: string }
/** `stopped`: nobody knows whether the server has it, and it is sent again when the import goes on. */
export type Sent =
  | { readonly status: 'taken'; readonly refused: readonly Refused[] }
  | { readonly status: 'stopped' }

/**
 * Sends calls until they are taken, each once as far as the server's memory of ids reaches. Waits as the server asks it to; a
 * batch that is too large for the server is halved.
 *
 * @param texts Calls as JSON. @throws {AppError} IMPORT_STOPPED: the server wants none of it, or did not answer for so long.
 */
export async function sendCalls(deps: SendDeps, texts: readonly string[]): Promise<Sent> {
  const began_ms = deps.now_ms()
  for (let tries = 0; ; tries++) {
    const answer = await deps.post(`{"batch":[${texts.join(',')}]}`)
    if (answer.status === 200) return { status: 'taken', refused: [] }
    const results = answer.status === 400 ? resultsOf(answer.json, texts.length) : undefined
    if (results !== undefined) return { status: 'taken', refused: results }
    const { code, text } = errorOf(answer)
    if (answer.status === TOO_MUCH) {
      if (texts.length > 1) return halved(deps, texts)
      return { status: 'taken', refused: [{ index: 0, code, reason: text }] }
    }
    if (!LATER.has(answer.status)) throw new AppError('IMPORT_STOPPED', { problem: `${code} ${text}`.trim() })
    const ms = waitOf(answer, tries)
    if (deps.now_ms() + ms - began_ms > KEEP_TRYING_MS) {
      throw new AppError('IMPORT_STOPPED', { problem: `${code} ${text}`.trim(), tried_ms: KEEP_TRYING_MS })
    }
    deps.onWait(ms, `${code} ${text}`.trim())
    if (!(await deps.wait(ms))) return { status: 'stopped' }
  }
}

async function halved(deps: SendDeps, texts: readonly string[]): Promise<Sent> {
  const middle = Math.ceil(texts.length / 2)
  const first = await sendCalls(deps, texts.slice(0, middle))
  if (first.status === 'stopped') return first
  const second = await sendCalls(deps, texts.slice(middle))
  if (second.status === 'stopped') return second
  const later = second.refused.map((one) => ({ ...one, index: one.index + middle }))
  return { status: 'taken', refused: [...first.refused, ...later] }
}

/** In strict mode ingest tells of each call what became of it. */
function resultsOf(json: unknown, count: number): readonly Refused[] | undefined {
  const { results } = (json ?? {}) as {
    results?: readonly { status: string; code?: string; reason?: string }[]
  }
  if (!Array.isArray(results) || results.length !== count) return undefined
  return results.flatMap(({ status, code = '', reason = '' }, index) =>
    status === 'refused' ? [{ index, code, reason }] : [],
  )
}

function errorOf({ status, json }: Answer): { readonly code: string; readonly text: string } {
  const { error } = (json ?? {}) as { error?: { code?: string; message?: string } | string }
  if (typeof error === 'object') return { code: error.code ?? '', text: error.message ?? '' }
  const code: ErrorCode | '' = status === TOO_MUCH ? 'BODY_TOO_LARGE' : ''
  return { code, text: error ?? `the server answered ${status}` }
}

function waitOf({ retryAfter }: Answer, tries: number): number {
  const seconds = Number(retryAfter ?? Number.NaN)
  const usual_ms = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(tries, 16))
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(RETRY_AFTER_MS_MAX, seconds * 1_000) : usual_ms
}

/** Requests to `/v1/batch` of a server, which tells of each call what became of it. */
export function poster(url: string, writeKey: string): SendDeps['post'] {
  const headers = {
    authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
    'content-type': 'application/json',
    'user-agent': 'millrace-import',
    'x-strict-mode': '1',
  }
  return async (body) => {
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
      // A redirect would be followed with another method, or give the write key to another site.
      const answer = await fetch(`${url}/v1/batch`, {
        method: 'POST',
        headers,
        body,
        signal,
        redirect: 'manual',
      })
      const text = await answer.text()
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), json: jsonOf(text) }
    } catch (error) {
      const { message, cause } = error as Error
      return { status: 0, json: { error: `no answer: ${cause instanceof Error ? cause.message : message}` } }
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
