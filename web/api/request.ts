/** Why the server did not do what a page asked; `text` is for people. */
export type ApiProblem = {
  /** A code of docs/errors.md, or `UNREACHABLE` where no answer came. */
  readonly code: string
  readonly text: string
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>
}
export type ApiError = Error & ApiProblem

type Asked = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/**
 * Asks the admin API; the path is what stands behind `/admin/v1`.
 *
 * @throws {ApiError}
 */
export async function request<Answer>(
  path: string,
  { method, query, body, signal }: Asked = {},
): Promise<Answer> {
  const answer = await reach(apiAddress(path, query), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  })
  const text = await answer.text()
  if (!answer.ok) throw apiError(problemOf(answer.status, text))
  return (text === '' ? undefined : JSON.parse(text)) as Answer
}

/** With what is given of the query. */
export function apiAddress(path: string, query: Asked['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  const asked = new URLSearchParams(given).toString()
  return `/admin/v1${path.startsWith('/') ? '' : '/'}${path}${asked === '' ? '' : `?${asked}`}`
}

export function problemOf(status: number, text: string): ApiProblem {
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; details?: Record<string, unknown> }
    }
    return { code: error.code, text: error.message, status, details: error.details ?? {} }
  } catch {
    return { code: 'INTERNAL', text: `The server answered ${status} and no reason.`, status, details: {} }
  }
}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && 'code' in error && 'details' in error
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    const text = 'Millrace does not answer. Is it running, and can this machine reach it?'
    throw apiError({ code: 'UNREACHABLE', text, status: 0, details: {} }, cause)
  }
}

function apiError(problem: ApiProblem, cause?: unknown): ApiError {
  return Object.assign(new Error(problem.text, { cause }), problem)
}
