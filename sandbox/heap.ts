import { type AppState, type Bounds, type Counts, makeAppState, type StoredEvent } from './app-state.ts'
import { makeNewest } from './bounded.ts'
import { makeDeletionApi } from './deletion-api.ts'
import { ENDPOINTS, type Place } from './endpoints.ts'
import { type Handled, type HeapAnswer, type HeapRequest, refused } from './exchange.ts'
import { asMerged, type User } from './people.ts'
import { SETTINGS_DEFAULT, type Settings, settingsProblem } from './settings.ts'
import { type AppView, type StateQuery, viewApp } from './view.ts'

export type HeapOptions = Partial<Bounds> &
  Partial<Settings> & {
    /** The clock of everything here, in ms since 1970. It is read once a request, and should not go back. */
    readonly now_ms?: () => number
  }

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
  /** Every event that is kept, in order of arrival, with the person whose it is now. Copies nothing. */
  readonly visitEvents: (appId: string, visit: (person: Readonly<User>, event: StoredEvent) => void) => void
  readonly settings: () => Settings
  /** @throws {RangeError} when a setting is not valid; all are then as they were. */
  readonly configure: (changes: Partial<Settings>) => void
  /** Forgets everything but the settings. */
  readonly reset: () => void
}

const BOUNDS: Bounds = { events_max: 200_000, idempotencyKeys_max: 2_000_000, users_max: 1_000_000 }
const APPS_MAX = 1_000
const REFUSALS_MAX = 50
const REFUSED_PATH_CHARS_MAX = 200

/**
 * A stand-in for Heap's server API: takes what Heap documents, refuses the rest, and shows what it holds. It does no
 * I/O: a request is a value and so is the answer.
 *
 * Heap answers a refusal with 400 and `{}`. This one says what is wrong in `error`, for the person who reads it;
 * a sender must not rely on it.
 *
 * @see https://developers.heap.io/reference/server-side-apis-overview
 */
export function makeHeap({ now_ms: clock = Date.now, ...options }: HeapOptions = {}): Heap {
  const { settings: first, bounds } = readOptions(options)
  const apps = new Map<string, AppState>()
  const deletionApi = makeDeletionApi()
  let settings = first
  let refusals = makeNewest<RefusalView>(REFUSALS_MAX)
  let requests = 0
  let refusedCount = 0

  function appWith(appId: string): AppState | undefined {
    const known = apps.get(appId)
    if (known !== undefined || apps.size >= APPS_MAX) return known
    const app = makeAppState(bounds)
    apps.set(appId, app)
    return app
  }

  function settle(now_ms: number): void {
    for (const app of apps.values()) app.deletions.settle(now_ms, settings)
  }

  function handle(request: HeapRequest): HeapAnswer {
    requests++
    const now_ms = clock()
    settle(now_ms)
    const { answer, refusal } = route(request, { appWith, settings, now_ms })
    if (refusal === undefined) return answer
    const { problem, appId } = refusal
    const app = appId === undefined ? undefined : apps.get(appId)
    if (app !== undefined) app.counts.refused++
    refusedCount++
    refusals.add({
      received_at: new Date(now_ms).toISOString(),
      path: request.path.slice(0, REFUSED_PATH_CHARS_MAX),
      ...(appId !== undefined && { app_id: appId }),
      status: answer.status,
      error: problem,
    })
    return answer
  }

  function route(request: HeapRequest, place: Place): Handled {
    const takes = ENDPOINTS.get(request.path)
    if (takes === undefined)
      return deletionApi.handle(request, place) ?? refused(404, 'Heap has no such address')
    if (request.method === 'POST') return takes(request.body, place)
    const { answer, ...refusal } = refused(405, 'Heap takes only POST here')
    return { answer: { ...answer, allow: 'POST' }, ...refusal }
  }

  return {
    handle,
    state(query = {}) {
      settle(clock())
      return {
        requests,
        refused: refusedCount,
        refusals: Array.from({ length: refusals.count() }, (_, place) => refusals.at(place)).reverse(),
        apps: Object.fromEntries([...apps].map(([appId, app]) => [appId, viewApp(app, query, settings)])),
      }
    },
    counts: (appId) => apps.get(appId)?.counts,
    visitEvents(appId, visit) {
      const events = apps.get(appId)?.events
      for (let place = 0; events !== undefined && place < events.count(); place++) {
        const event = events.at(place)
        visit(asMerged(event.user), event)
      }
    },
    settings: () => settings,
    configure(changes) {
      settings = changed(settings, changes)
    },
    reset() {
      apps.clear()
      deletionApi.reset()
      refusals = makeNewest(REFUSALS_MAX)
      requests = 0
      refusedCount = 0
    },
  }
}

function readOptions({
  events_max = BOUNDS.events_max,
  idempotencyKeys_max = BOUNDS.idempotencyKeys_max,
  users_max = BOUNDS.users_max,
  ...settings
}: Omit<HeapOptions, 'now_ms'>): { readonly settings: Settings; readonly bounds: Bounds } {
  return {
    settings: changed(SETTINGS_DEFAULT, settings),
    bounds: { events_max, idempotencyKeys_max, users_max },
  }
}

function changed(settings: Settings, changes: Partial<Settings>): Settings {
  const problem = settingsProblem(changes)
  if (problem !== undefined) throw new RangeError(problem)
  return { ...settings, ...changes }
}
