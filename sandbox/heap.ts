import { type AppState, type Bounds, type Counts, makeAppState } from './app-state.ts'
import { makeNewest } from './bounded.ts'
import {
  type Checked,
  checkAccounts,
  checkIdentify,
  checkTrack,
  checkUsers,
  type IdentifyItem,
} from './check-request.ts'
import { type AppView, type StateQuery, viewApp } from './view.ts'

export type HeapOptions = Partial<Bounds> & {
  /** The clock of arrival, in ms since 1970. It is read once a request. */
  readonly now?: () => number
}
/** `body` is the parsed JSON, or undefined when it could not be read. `path` starts with `/api/`. */
export type HeapRequest = { readonly method: string; readonly path: string; readonly body: unknown }
/** A `json` that is a text is sent as plain text: that is how Heap answers for accounts. */
export type HeapAnswer = { readonly status: number; readonly json: string | { readonly error?: string } }

export type RefusalView = {
  readonly received_at: string
  readonly path: string
  readonly app_id?: string
  readonly status: number
  readonly error: string
}
export type HeapState = {
  /** Of every app, and of requests that named none. */
  readonly requests: number
  readonly refused: number
  readonly refusals: readonly RefusalView[]
  readonly apps: { readonly [appId: string]: AppView }
}
export type Heap = {
  readonly handle: (request: HeapRequest) => HeapAnswer
  readonly state: (query?: StateQuery) => HeapState
  /** The counters alone, which cost nothing to read. Undefined until the app has been written to. */
  readonly counts: (appId: string) => Readonly<Counts> | undefined
  readonly reset: () => void
}

const BOUNDS: Bounds = { events_max: 200_000, idempotencyKeys_max: 2_000_000, users_max: 1_000_000 }
const APPS_MAX = 1_000
const REFUSALS_MAX = 50
const REFUSED_PATH_CHARS_MAX = 200

/** One of Heap's addresses: reads a body, and returns what is to be done once it is known to be good. */
type Endpoint = (
  body: unknown,
) => Checked<unknown> & { readonly apply?: (app: AppState, now_ms: number) => void }

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['/api/track', endpoint(checkTrack, (app, items, now_ms) => app.track(items, now_ms))],
  ['/api/add_user_properties', endpoint(checkUsers, (app, items) => app.writeUsers(items))],
  ['/api/v1/identify', endpoint(checkIdentify, (app, [item]) => app.identify(item as IdentifyItem))],
  ['/api/add_account_properties', endpoint(checkAccounts, (app, items) => app.writeAccounts(items))],
])

/**
 * A stand-in for Heap's server API: takes what Heap documents, refuses the rest, and shows what it holds. It does no
 * I/O: a request is a value and so is the answer.
 *
 * Heap answers a refusal with 400 and `{}`. This one says what is wrong in `error`, for the person who reads it;
 * a sender must not rely on it.
 *
 * @see https://developers.heap.io/reference/server-side-apis-overview
 */
export function makeHeap({ now = Date.now, ...bounds }: HeapOptions = {}): Heap {
  const apps = new Map<string, AppState>()
  let refusals = makeNewest<RefusalView>(REFUSALS_MAX)
  let requests = 0
  let refused = 0

  function appWith(appId: string): AppState | undefined {
    const known = apps.get(appId)
    if (known !== undefined || apps.size >= APPS_MAX) return known
    const app = makeAppState({ ...BOUNDS, ...bounds })
    apps.set(appId, app)
    return app
  }

  function refuse(path: string, status: number, error: string, now_ms: number, appId?: string): HeapAnswer {
    refused++
    refusals.add({
      received_at: new Date(now_ms).toISOString(),
      path: path.slice(0, REFUSED_PATH_CHARS_MAX),
      ...(appId !== undefined && { app_id: appId }),
      status,
      error,
    })
    return { status, json: { error } }
  }

  function handle({ method, path, body }: HeapRequest): HeapAnswer {
    requests++
    const now_ms = now()
    const read = ENDPOINTS.get(path)
    if (read === undefined) return refuse(path, 404, 'Heap has no such address', now_ms)
    if (method !== 'POST') return refuse(path, 405, 'Heap takes only POST here', now_ms)

    const checked = read(body)
    const app = checked.appId === undefined ? undefined : appWith(checked.appId)
    if (app !== undefined) app.counts.requests++
    if (!checked.ok) {
      if (app !== undefined) app.counts.refused++
      return refuse(path, 400, checked.problem, now_ms, checked.appId)
    }
    if (app === undefined)
      return refuse(path, 400, `the sandbox holds at most ${APPS_MAX} apps`, now_ms, checked.appId)
    checked.apply?.(app, now_ms)
    // "OK" for accounts, {} for the rest: the 200 examples of the pages that README.md lists.
    return { status: 200, json: path === '/api/add_account_properties' ? 'OK' : {} }
  }

  return {
    handle,
    state: (query = {}) => ({
      requests,
      refused,
      refusals: Array.from({ length: refusals.count() }, (_, place) => refusals.at(place)).reverse(),
      apps: Object.fromEntries([...apps].map(([appId, app]) => [appId, viewApp(app, query)])),
    }),
    counts: (appId) => apps.get(appId)?.counts,
    reset() {
      apps.clear()
      refusals = makeNewest(REFUSALS_MAX)
      requests = 0
      refused = 0
    },
  }
}

/** Ties the check of a body to its effect, so that their types agree. */
function endpoint<Item>(
  check: (body: unknown) => Checked<Item>,
  apply: (app: AppState, items: readonly Item[], now_ms: number) => void,
): Endpoint {
  return (body) => {
    const checked = check(body)
    return checked.ok ? { ...checked, apply: (app, now_ms) => apply(app, checked.items, now_ms) } : checked
  }
}
