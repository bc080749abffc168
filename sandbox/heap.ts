import { type AppState, type Bounds, makeAppState, type StoredEvent } from './app-state.ts'
import type { Counts } from './counts.ts'
import { type DeletionApi, makeDeletionApi } from './deletion-api.ts'
import { ENDPOINTS, type Place } from './endpoints.ts'
import { type Handled, type HeapAnswer, type HeapRequest, refused, wrongMethod } from './exchange.ts'
import { asMerged, type User } from './people.ts'
import { makeRefusals, type RefusalView } from './refusals.ts'
import { SETTINGS_DEFAULT, type Settings, settingsProblem } from './settings.ts'
import { type AppView, type StateQuery, viewApp } from './view.ts'

export type HeapOptions = Partial<Bounds> &
  Partial<Settings> & {
    /** The clock of everything here, in ms since 1970. It is read once a request, and should not go back. */
    readonly now_ms?: () => number
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
  let refusals = makeRefusals()
  let requests = 0

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
    const { answer, refusal } = route(request, deletionApi, { appWith, settings, now_ms })
    if (refusal === undefined) return answer
    const { problem, appId } = refusal
    const app = appId === undefined ? undefined : apps.get(appId)
    if (app !== undefined) app.counts.refused++
    refusals.add({
      received_at: new Date(now_ms).toISOString(),
      path: request.path,
      ...(appId !== undefined && { app_id: appId }),
      status: answer.status,
      error: problem,
    })
    return answer
  }

  return {
    handle,
    state(query = {}) {
      settle(clock())
      return {
        requests,
        refused: refusals.count(),
        refusals: refusals.list(),
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
      refusals = makeRefusals()
      requests = 0
    },
  }
}

function route(request: HeapRequest, deletionApi: DeletionApi, place: Place): Handled {
  const takes = ENDPOINTS.get(request.path)
  if (takes === undefined)
    return deletionApi.handle(request, place) ?? refused(404, 'Heap has no such address')
  return request.method === 'POST' ? takes(request.body, place) : wrongMethod('POST')
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
