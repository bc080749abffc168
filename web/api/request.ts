import { rightsText } from './rights.ts'
import { sessionBack } from './session.ts'

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
 * Asks the admin API; the path is what stands behind `/admin/v1`. What is asked after the session has ended waits until the
 * person has logged in again, and is asked again then: nothing that was typed is lost.
 *
 * @throws {ApiError}
 */
export async function request<Answer>(path: string, asked: Asked = {}): Promise<Answer> {
  const { method, query, body, signal } = asked
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
  if (!answer.ok) {
    const problem = problemOf(answer.status, text)
    if (problem.code !== 'LOGIN_NEEDED') throw apiError(problem)
    await sessionBack(signal)
    return request(path, asked)
  }
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

export function problemOf(status: number, body: string): ApiProblem {
  try {
    const { error } = JSON.parse(body) as {
      error: { code: string; message: string; details?: Record<string, unknown> }
    }
    const details = error.details ?? {}
    const rights = rightsText(details)
    const text = rights === undefined ? error.message : `${error.message} ${rights}`
    return { code: error.code, text, status, details }
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
