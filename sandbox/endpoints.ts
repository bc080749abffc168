import type { AppState } from './app-state.ts'
import { BUDGETS, type BudgetName, type Spending, trackSpending, userSpending } from './budgets.ts'
import { checkPartnerTrack, checkPartnerUsers } from './check-partner.ts'
import { type Checked, checkAccounts, checkIdentify, checkTrack, checkUsers } from './check-request.ts'
import { type Handled, refused } from './exchange.ts'
import type { Settings } from './settings.ts'

/** What an address needs to know beside the body of a request. */
export type Place = {
  /** Undefined when no more apps can be held. */
  readonly appWith: (appId: string) => AppState | undefined
  readonly settings: Settings
  readonly now_ms: number
}

/** One of the addresses that take data: a body in, what came of it out. */
export type Endpoint = (body: unknown, place: Place) => Handled

type Parts<Item> = {
  readonly check: (body: unknown) => Checked<Item>
  readonly apply: (app: AppState, items: readonly Item[], now_ms: number) => void
  /** What a request takes from the budgets. Absent where Heap documents no limit. */
  readonly spending?: (items: readonly Item[], isBulk: boolean) => readonly Spending[]
  /** What Heap's settings forbid, whatever the body is. */
  readonly forbidden?: (settings: Settings) => string | undefined
  readonly answer?: string
}

export const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  [
    '/api/track',
    endpoint({
      check: checkTrack,
      spending: trackSpending,
      apply: (app, items, now_ms) => app.track(items, now_ms),
    }),
  ],
  [
    '/api/add_user_properties',
    endpoint({
      check: checkUsers,
      spending: userSpending,
      apply: (app, items) => app.profiles.writeUsers(items),
    }),
  ],
  [
    '/api/v1/identify',
    endpoint({
      check: checkIdentify,
      apply: (app, items, now_ms) => {
        for (const { user_id, identity } of items) app.links.link('user_id', user_id, identity, now_ms)
      },
    }),
  ],
  [
    '/api/add_account_properties',
    endpoint({
      check: checkAccounts,
      forbidden: ({ requireAccountKey, accountKey }) =>
        requireAccountKey && accountKey === ''
          ? 'the Account ID setting is missing: choose the user property that holds it'
          : undefined,
      apply: (app, items) => app.profiles.writeAccounts(items),
      // "OK" for accounts, {} for the rest: the 200 examples of the pages that README.md lists.
      answer: 'OK',
    }),
  ],
  [
    '/api/integrations/track',
    endpoint({
      check: checkPartnerTrack,
      spending: (items, isBulk) =>
        trackSpending(
          items.map(({ person }) => person),
          isBulk,
        ),
      apply: (app, items, now_ms) => app.trackPartner(items, now_ms),
    }),
  ],
  [
    '/api/integrations/add_user_properties',
    endpoint({
      check: checkPartnerUsers,
      spending: (items) => userSpending(items.map(({ person }) => person)),
      apply: (app, items, now_ms) => app.profiles.writePartnerUsers(items, now_ms),
    }),
  ],
])

/** Checks, then counts against the budgets, then applies: a request that is refused has changed nothing. */
function endpoint<Item>({ check, apply, spending, forbidden, answer }: Parts<Item>): Endpoint {
  return (body, { appWith, settings, now_ms }) => {
    const checked = check(body)
    const app = checked.appId === undefined ? undefined : appWith(checked.appId)
    if (app !== undefined) app.counts.requests++
    if (!checked.ok) return refused(400, checked.problem, checked.appId)
    if (app === undefined) return refused(400, 'the sandbox holds no more apps', checked.appId)
    const problem = forbidden?.(settings)
    if (problem !== undefined) return refused(400, problem, checked.appId)

    const { limits } = settings
    if (spending !== undefined && limits !== 'off') {
      const over = app.spend(spending(checked.items, checked.isBulk), now_ms, limits)
      if (over.length > 0 && limits === 'refuse') return refused(429, overProblem(over), checked.appId)
    }
    apply(app, checked.items, now_ms)
    return { answer: { status: 200, json: answer ?? {} } }
  }
}

const BUDGET_TEXTS: { readonly [name in BudgetName]: string } = {
  singleTrack: 'track requests for an identity',
  bulkTrackIdentity: 'events for an identity in bulk',
  bulkTrackApp: 'events for an app in bulk',
  userProperties: 'user property requests for an identity',
}

function overProblem(over: readonly BudgetName[]): string {
  const limits = over.map(
    (name) => `${BUDGETS[name].limit} ${BUDGET_TEXTS[name]} in ${BUDGETS[name].span_ms / 1_000} s`,
  )
  return `over the limit of ${limits.join(' and of ')}`
}
