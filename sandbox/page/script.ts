import type { HeapState } from '../heap.ts'
import type { AppView } from '../view.ts'
import { byId, fill, personOf, propertiesCell, timeCell } from './cells.ts'

// These functions run in the browser: they are typed and linted here, and the page carries their source. So they may
// use the DOM and each other, by the names in the list below, and nothing else but types.

type FaultsView = { readonly rules: readonly object[]; readonly applied: readonly number[] }

/** The page's script. Every text from outside is put in with `textContent` or as a text node, never as HTML. */
export const PAGE_SCRIPT = `'use strict';
${[start, refresh, show, showApp, showEmpty, showFaults, fill, timeCell, propertiesCell, personOf, byId, base]
  .map(String)
  .join('\n')}
start();`

/** Asks every 2 s, and only while somebody can see the page. */
function start(): void {
  const refresh_ms = 2_000
  let timer: number | undefined
  let before = ''
  let state: HeapState | undefined

  async function tick(): Promise<void> {
    clearTimeout(timer)
    if (document.hidden) return
    const live = byId('live')
    try {
      const [stateText, faultsText] = await refresh()
      live.className = ''
      live.textContent = 'Live'
      // Unchanged, so untouched: a selection or a scrolled table stays as it is.
      if (before !== stateText + faultsText) {
        before = stateText + faultsText
        state = JSON.parse(stateText) as HeapState
        show(state, JSON.parse(faultsText) as FaultsView)
      }
    } catch {
      live.className = 'lost'
      live.textContent = 'The sandbox does not answer'
    }
    clearTimeout(timer)
    timer = window.setTimeout(tick, refresh_ms)
  }

  document.addEventListener('visibilitychange', tick)
  byId('app').addEventListener('change', () => state !== undefined && showApp(state))
  byId('reset').addEventListener('click', async () => {
    if (!confirm('Forget every event, user and counter of the sandbox?')) return
    await fetch(`${base()}reset`, { method: 'POST' }).catch(() => undefined)
    await tick()
  })
  tick()
}

async function refresh(): Promise<[string, string]> {
  const [state, faults] = await Promise.all([fetch(`${base()}state`), fetch(`${base()}faults`)])
  if (!state.ok || !faults.ok) throw new Error('not ok')
  return [await state.text(), await faults.text()]
}

function show(state: HeapState, faults: FaultsView): void {
  const appIds = Object.keys(state.apps)
  const select = byId('app') as HTMLSelectElement
  const chosen = select.value
  select.replaceChildren(...appIds.map((appId) => new Option(appId, appId)))
  select.value = appIds.includes(chosen) ? chosen : (appIds[0] ?? '')
  byId('app-choice').hidden = appIds.length === 0

  showFaults(faults)
  byId('content').hidden = state.requests === 0
  byId('empty').hidden = state.requests > 0
  if (state.requests === 0) showEmpty()
  else showApp(state)
}

function showApp(state: HeapState): void {
  const appId = (byId('app') as HTMLSelectElement).value
  const app: AppView | undefined = state.apps[appId]
  const counts = app?.counts
  const numbers: [string, number][] = [
    ['Requests', counts?.requests ?? state.requests],
    ['Events accepted', counts?.accepted ?? 0],
    ['Events repeated', counts?.repeated ?? 0],
    ['User writes', counts?.userWrites ?? 0],
    ['Identified', counts?.identified ?? 0],
    ['Requests refused', counts?.refused ?? state.refused],
  ]
  byId('counts').replaceChildren(
    ...numbers.map(([name, number]) => {
      const group = document.createElement('div')
      const label = document.createElement('dt')
      const value = document.createElement('dd')
      label.textContent = name
      value.textContent = number.toLocaleString('en')
      if (name === 'Requests refused' && number > 0) value.className = 'bad'
      group.append(label, value)
      return group
    }),
  )

  const refusals = state.refusals.filter(({ app_id }) => app_id === undefined || app_id === appId)
  byId('refusals-section').hidden = refusals.length === 0
  fill('refusals', ['Time', 'Request', 'Status', 'Why'], {
    rows: refusals.map(({ received_at, path, status, error }) => [
      timeCell(received_at),
      path,
      `${status}`,
      error,
    ]),
    total: refusals.length,
  })
  fill('events', ['Time', 'Person', 'Event', 'Properties'], {
    rows: (app?.events ?? []).map((event) => [
      timeCell(event.timestamp),
      personOf(event.identity, event.user_id),
      event.event,
      propertiesCell(event.properties),
    ]),
    total: counts?.accepted ?? 0,
  })
  fill('users', ['Person', 'User ids', 'Events', 'Properties'], {
    rows: (app?.users ?? []).map((user) => [
      personOf(user.identity, user.user_ids[0]),
      user.user_ids.join(', ') || '–',
      user.events.toLocaleString('en'),
      propertiesCell(user.properties),
    ]),
    total: app?.kept.users ?? 0,
  })
  byId('accounts-section').hidden = (app?.accounts.length ?? 0) === 0
  fill('accounts', ['Account', 'Properties'], {
    rows: (app?.accounts ?? []).map((account) => [account.account_id, propertiesCell(account.properties)]),
    total: app?.kept.accounts ?? 0,
  })
}

function showEmpty(): void {
  const address = new URL(base(), location.href).href.replace(/\/$/, '')
  byId('address').textContent = address
  byId('command').textContent = [
    `curl ${address}/api/track \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"app_id":"11","identity":"ada","event":"Signed Up","properties":{"plan":"pro"}}'`,
  ].join('\n')
}

function showFaults(faults: FaultsView): void {
  const notice = byId('faults')
  const count = faults.rules.length
  const rules = faults.rules.map(
    (rule, index) => `${JSON.stringify(rule)} (applied ${faults.applied[index]} times)`,
  )
  notice.hidden = count === 0
  notice.textContent = `Fault rules are on, so requests may fail on purpose: ${rules.join(', ')}`
}

/** The page may be open at `/sandbox` as well as at `/sandbox/`. */
function base(): string {
  return location.pathname.replace(/\/?$/, '/')
}
