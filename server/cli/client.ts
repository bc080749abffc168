import type { AnswerOf, BodyOf, ParamsOf, QueryOf, Route } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { AppError, ERRORS, type ErrorCode, type PlacedProblem } from '../../core/errors.ts'

/** How long a question may take: a plan goes through a thousand events. */
const ANSWER_MS_MAX = 120_000
/** What a header can carry. */
const TOKEN = /^[\x21-\x7e]{1,500}$/
const OWN_PATH = /\/+(admin\/v1\/?)?$/

const text = { fallback: '', help: '' } as const
/** The flags of every command that asks a server; their variables count when they are not given. */
export const CLIENT_FLAGS = {
  url: { ...text, env: 'MILLRACE_URL', fallback: 'http://127.0.0.1:4001' },
  token: { ...text, env: 'MILLRACE_TOKEN' },
} as const
export type ClientFlags = { readonly url?: string | undefined; readonly token?: string | undefined }

export type Ask = (
  method: string,
  url: string,
  sent: {
    readonly body?: unknown
    readonly token?: string | undefined
    readonly agent?: string | undefined
  },
) => Promise<{ readonly ok: boolean; readonly json: unknown }>
export type ClientDeps = {
  /** Sends a request. @throws {Error} when nobody answers, or not in JSON. */
  readonly ask: Ask
  readonly environment?: (name: string) => string | undefined
  /** What asks, as the audit log will name it; Node itself when left out. */
  readonly agent?: string | undefined
}

/** What a request to a route carries; parts of which the contract knows nothing are not there. */
type Sent<Name extends keyof Routes> = (keyof ParamsOf<Name> extends never
  ? unknown
  : { readonly params: ParamsOf<Name> }) &
  QuerySent<Routes[Name]> &
  BodySent<Routes[Name]>
type QuerySent<R extends Route> = R extends { readonly query: object }
  ? { readonly query?: QueryOf<R> }
  : unknown
type BodySent<R extends Route> = R extends { readonly body: object } ? { readonly body: BodyOf<R> } : unknown
/** The routes that answer with JSON. */
type Name = {
  [K in keyof Routes]: Routes[K] extends Route & { readonly answer: object } ? K : never
}[keyof Routes]

/** The admin API of one server, as its contract says it. */
export type Client = {
  /** Where it is, for people. */
  readonly url: string
  /** @throws {AppError} SERVER_UNREACHABLE, and what the server answers: its code, with its details. */
  readonly ask: <N extends Name>(
    name: N,
    ...sent: unknown extends Sent<N> ? [] : [sent: Sent<N>]
  ) => Promise<AnswerOf<Routes[N]>>
}

/** Where the admin side is, and who asks: a flag wins over its variable. @throws {AppError} OPTION_INVALID */
export function clientPlace(
  flags: ClientFlags,
  environment: ClientDeps['environment'] = () => undefined,
): { readonly url: string; readonly token: string | undefined } {
  const given = (name: keyof typeof CLIENT_FLAGS) =>
    flags[name] ?? (environment(CLIENT_FLAGS[name].env) || undefined)
  const url = given('url') ?? CLIENT_FLAGS.url.fallback
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new AppError('OPTION_INVALID', { option: '--url', problem: 'must be an http address' })
  const token = given('token')
  // Its value is a secret, and stands in no message.
  if (token !== undefined && !TOKEN.test(token))
    throw new AppError('OPTION_INVALID', { option: '--token', problem: 'is no API token' })
  return { url: url.replace(OWN_PATH, ''), token }
}

/** The one way in which commands ask a server. @throws {AppError} OPTION_INVALID */
export function adminClient({ ask, environment, agent }: ClientDeps, flags: ClientFlags): Client {
  const { url, token } = clientPlace(flags, environment)
  return {
    url,
    async ask(name, ...rest) {
      const [sent = {}] = rest as readonly [AnySent?]
      const [method = '', address = ''] = name.split(' ')
      const path = address.replaceAll(/:(\w+)/g, (_, param: string) =>
        encodeURIComponent(sent.params?.[param] ?? ''),
      )
      const answer = await ask(method, `${url}${path}${queryOf(sent)}`, {
        ...{ token, agent, body: sent.body },
      }).catch((cause: Error) => {
        throw new AppError('SERVER_UNREACHABLE', { url, problem: problemOf(cause) }, { cause })
      })
      if (answer.ok) return answer.json as never
      throw errorOf(answer.json, url)
    },
  }
}
type AnySent = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** Asks with what Node brings. A redirect is not followed: the token is for this server alone. */
export const askOverHttp: Ask = async (method, url, { body, token, agent }) => {
  const answer = await fetch(url, {
    method,
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(agent === undefined ? {} : { 'user-agent': agent }),
    },
  })
  return { ok: answer.ok, json: await answer.json() }
}

function queryOf({ query = {} }: AnySent): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  return given.length === 0 ? '' : `?${search}`
}

/** `fetch failed` says nothing; what stands behind it does. */
function problemOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}

/** What the server said, as an error of our own where it is one; and what to do where the command line can. */
export function errorOf(json: unknown, url: string): AppError {
  const { code, details = {} } = (json as { readonly error?: ServerError } | null)?.error ?? {}
  if (code === undefined || !Object.hasOwn(ERRORS, code))
    return new AppError('SERVER_UNREACHABLE', { url, problem: 'what answers is no Millrace of this version' })
  const advice = ADVICE[code]
  return new AppError(code, { ...details, ...(advice === undefined ? {} : { 'what to do': advice }) })
}
type ServerError = {
  readonly code?: ErrorCode
  readonly details?: Readonly<Record<string, string | number | readonly PlacedProblem[]>>
}

const MAKE = 'on the server, "millrace token create --name NAME --role ROLE" makes one'
const ADVICE: Partial<Record<ErrorCode, string>> = {
  LOGIN_NEEDED: `give an API token with --token or MILLRACE_TOKEN; ${MAKE}`,
  TOKEN_INVALID: `give another one with --token or MILLRACE_TOKEN; ${MAKE}`,
  TOKEN_EXPIRED: `give a new one with --token or MILLRACE_TOKEN; ${MAKE}`,
  NOT_ALLOWED: 'give the token of somebody who may',
  PERSONAL_NOT_ALLOWED: 'give a token that was made with --personal',
  CHANGED_MEANWHILE: 'look at what it is now, and begin anew',
}
