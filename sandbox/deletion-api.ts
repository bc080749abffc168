import { Buffer } from 'node:buffer'
import { appIdProblem, identityProblem, isObject, type Unchecked, userIdProblem } from './check-fields.ts'
import type { Place } from './endpoints.ts'
import { type Handled, type HeapRequest, wrongMethod } from './exchange.ts'
import type { PersonKeys } from './people.ts'

const TOKEN_PATH = '/api/public/v0/auth_token'
const DELETION_PATH = '/api/public/v0/user_deletion'
const STATUS_PATH = '/api/public/v0/deletion_status/'
/** "The token expires in 5 minutes": https://help.heap.io/data-privacy/data-deletion/user-deletion-with-postman/ */
export const TOKEN_MS = 300_000
/** "Up to 10,000 users can be submitted in a single request": https://developers.heap.io/reference/user-deletion */
const USERS_MAX = 10_000
/** Past it the oldest token is forgotten. Heap states no limit. */
const TOKENS_MAX = 10_000

type Token = { readonly appId: string; readonly expires_ms: number }
export type DeletionApi = {
  /** Undefined when the path is none of its own. */
  readonly handle: (request: HeapRequest, place: Place) => Handled | undefined
  readonly reset: () => void
}

/**
 * Heap's way to delete people: a token for an API key, a request that says whom, and a status to ask for.
 *
 * @see https://developers.heap.io/reference/user-deletion
 */
export function makeDeletionApi(): DeletionApi {
  const tokens = new Map<string, Token>()
  let issued = 0

  function handle(request: HeapRequest, place: Place): Handled | undefined {
    const { path, method } = request
    const isStatus = path.startsWith(STATUS_PATH)
    if (!isStatus && path !== TOKEN_PATH && path !== DELETION_PATH) return undefined
    const wanted = isStatus ? 'GET' : 'POST'
    if (method !== wanted) return wrongMethod(wanted)
    if (path === TOKEN_PATH) return issueToken(authorization(request, 'basic'), place)

    const token = tokens.get(authorization(request, 'bearer') ?? '')
    if (token === undefined) return unauthorized('the token is missing or unknown')
    if (place.now_ms >= token.expires_ms) return unauthorized('the token has expired', token.appId)
    return isStatus
      ? showStatus(path.slice(STATUS_PATH.length), token.appId, place)
      : takeDeletion(request.body, token.appId, place)
  }

  /** Tokens are counted, not drawn, so that the same requests get the same ones. They guard nothing here. */
  function issueToken(credentials: string | undefined, { settings, appWith, now_ms }: Place): Handled {
    const [appId = '', apiKey = ''] = split(Buffer.from(credentials ?? '', 'base64').toString('utf8'))
    if (appIdProblem(appId) !== undefined || apiKey === '')
      return unauthorized('needs Basic authorization: the app id as user, the API key as password')
    const { apiKeys } = settings
    const app = appWith(appId)
    if (app !== undefined) app.counts.requests++
    if (app === undefined || (apiKeys.length > 0 && !apiKeys.includes(apiKey)))
      return unauthorized('the API key is not one of this app', appId)
    const access_token = `sandbox-token-${++issued}`
    tokens.set(access_token, { appId, expires_ms: now_ms + TOKEN_MS })
    for (const oldest of tokens.keys()) {
      if (tokens.size <= TOKENS_MAX) break
      tokens.delete(oldest)
    }
    return { answer: { status: 200, json: { access_token } } }
  }

  return { handle, reset: () => tokens.clear() }
}

function takeDeletion(body: unknown, appId: string, { appWith, now_ms }: Place): Handled {
  const app = appWith(appId)
  if (app !== undefined) app.counts.requests++
  const problem = deletionProblem(body)
  if (problem !== undefined) return failed(400, problem, appId)
  if (app === undefined) return failed(400, 'the sandbox holds no more apps', appId)
  const keys = ((body as Unchecked)['users'] as readonly Unchecked[]).map(keysOf)
  const { id } = app.deletions.add(appId, keys, now_ms)
  return {
    answer: {
      status: 201,
      json: { deletion_request_location: STATUS_PATH + id, deletion_request_id: id, status: 'pending' },
    },
  }
}

function showStatus(id: string, appId: string, { appWith, settings, now_ms }: Place): Handled {
  const app = appWith(appId)
  if (app !== undefined) app.counts.requests++
  const deletion = app?.deletions.poll(id, now_ms, settings)
  if (deletion === undefined) return failed(404, 'this app has no such deletion request', appId)
  const status = deletion.completed_ms === undefined ? 'pending' : 'complete'
  return { answer: { status: 200, json: { deletion_request_id: id, status } } }
}

function deletionProblem(body: unknown): string | undefined {
  if (body === undefined) return 'the body is not JSON, or its Content-Type is not application/json'
  const users = isObject(body) ? body['users'] : undefined
  if (!Array.isArray(users)) return 'users must be a list'
  if (users.length === 0) return 'users is empty'
  if (users.length > USERS_MAX) return `users holds ${users.length} items; the limit is ${USERS_MAX}`
  for (let index = 0; index < users.length; index++) {
    const problem = isObject(users[index]) ? userProblem(users[index]) : 'must be an object'
    if (problem !== undefined) return `users[${index}]: ${problem}`
  }
  return undefined
}

/** The page names "user_id or identity", and its example has numbers as user_ids. Both at once is not documented. */
function userProblem({ identity, user_id }: Unchecked): string | undefined {
  if (identity !== undefined && user_id !== undefined) return 'has both identity and user_id; Heap takes one'
  if (identity !== undefined) return identityProblem(identity)
  return userIdProblem(typeof user_id === 'number' ? String(user_id) : user_id)
}

function keysOf({ identity, user_id }: Unchecked): PersonKeys {
  return identity === undefined ? { user_id: String(user_id) } : { identity: identity as string }
}

/** The credentials of a scheme, whose name may be written in any case (RFC 9110, 11.1). */
function authorization({ headers }: HeapRequest, scheme: 'basic' | 'bearer'): string | undefined {
  const header = headers?.['authorization']
  if (typeof header !== 'string') return undefined
  const [name = '', credentials] = header.split(/ +/)
  return name.toLowerCase() === scheme ? credentials : undefined
}

function split(credentials: string): readonly string[] {
  const colon = credentials.indexOf(':')
  return colon === -1 ? [credentials] : [credentials.slice(0, colon), credentials.slice(colon + 1)]
}

function unauthorized(problem: string, appId?: string): Handled {
  return failed(401, problem, appId)
}

/** Heap's page shows two forms of an error, `err.message` and `error` with `message`. So both are here. */
function failed(status: number, problem: string, appId?: string): Handled {
  const error = status === 401 ? 'Unauthorized' : status === 404 ? 'Not Found' : 'Bad Request'
  const json = { error, message: problem, err: { message: problem } }
  return { answer: { status, json }, refusal: { problem, appId } }
}
