import type { HeapState } from '../heap.ts'
import type { Settings } from '../settings.ts'
import { limitRows, showApp, showCounts, showPeople, showProblems } from './app.ts'
import {
  byId,
  fill,
  PERSON_KINDS,
  type Person,
  personCell,
  personOf,
  propertiesCell,
  timeCell,
} from './cells.ts'

// These functions run in the browser: they are typed and linted here, and the page carries their source. So they may
// use the DOM and each other, by the names in the list below, and nothing else but types.

type FaultsView = { readonly rules: readonly object[]; readonly applied: readonly number[] }
type Answers = { readonly state: HeapState; readonly faults: FaultsView; readonly settings: Settings }

const FUNCTIONS = [
  ...[start, refresh, show, showEmpty, showFaults, base],
  ...[showApp, showCounts, showProblems, showPeople, limitRows],
  ...[fill, timeCell, propertiesCell, personCell, personOf, byId],
]

/** The page's script. Every text from outside is put in with `textContent` or as a text node, never as HTML. */
export const PAGE_SCRIPT = `'use strict';
const PERSON_KINDS = ${JSON.stringify(PERSON_KINDS)};
${FUNCTIONS.map(String).join('\n')}
start();`

/** Asks every 2 s, and only while somebody can see the page. */
function start(): void {
  const refresh_ms = 2_000
  let timer: number | undefined
  let before = ''
  let answers: Answers | undefined
  let person: Person | undefined

  async function tick(): Promise<void> {
    clearTimeout(timer)
    if (document.hidden) return
    const live = byId('live')
    try {
      const asked = person
      const texts = await refresh(asked)
      live.className = ''
      live.textContent = 'Live'
      // Unchanged, so untouched: a selection or a scrolled table stays as it is.
      if (asked === person && before !== texts.join()) {
        before = texts.join()
        const [state, faults, settings] = texts.map((text) => JSON.parse(text))
        answers = { state, faults, settings }
        show(answers, person, choose)
      }
    } catch {
      live.className = 'lost'
      live.textContent = 'The sandbox does not answer'
    }
    clearTimeout(timer)
    timer = window.setTimeout(tick, refresh_ms)
  }

  async function choose(chosen: Person | undefined): Promise<void> {
    person = chosen
    before = ''
    await tick()
    byId(chosen === undefined ? 'users-title' : 'only').focus()
  }

  document.addEventListener('visibilitychange', tick)
  byId('app').addEventListener('change', () => answers !== undefined && show(answers, person, choose))
  byId('everybody').addEventListener('click', () => choose(undefined))
  byId('limits').addEventListener('change', async () => {
    const limits = (byId('limits') as HTMLSelectElement).value
    const headers = { 'content-type': 'application/json' }
    await fetch(`${base()}settings`, { method: 'PUT', headers, body: JSON.stringify({ limits }) }).catch(
      () => undefined,
    )
    await tick()
  })
  byId('reset').addEventListener('click', async () => {
    if (!confirm('Forget every event, user and counter of the sandbox?')) return
    await fetch(`${base()}reset`, { method: 'POST' }).catch(() => undefined)
    await choose(undefined)
  })
  tick()
}

async function refresh(person: Person | undefined): Promise<string[]> {
  const query = person === undefined ? '' : `?${new URLSearchParams({ [person.kind]: person.id })}`
  const answers = await Promise.all(
    [`state${query}`, 'faults', 'settings'].map((path) => fetch(base() + path)),
  )
  if (answers.some(({ ok }) => !ok)) throw new Error('not ok')
  return Promise.all(answers.map((answer) => answer.text()))
}

function show(
  { state, faults, settings }: Answers,
  person: Person | undefined,
  choose: (person: Person | undefined) => void,
): void {
  const appIds = Object.keys(state.apps)
  const select = byId('app') as HTMLSelectElement
  const chosen = select.value
  select.replaceChildren(...appIds.map((appId) => new Option(appId, appId)))
  select.value = appIds.includes(chosen) ? chosen : (appIds[0] ?? '')
  byId('app-choice').hidden = appIds.length === 0
  const limits = byId('limits') as HTMLSelectElement
  limits.value = settings.limits

  showFaults(faults)
  byId('content').hidden = state.requests === 0
  byId('empty').hidden = state.requests > 0
  if (state.requests === 0) showEmpty()
  else showApp(state, select.value, { person, choose })
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
