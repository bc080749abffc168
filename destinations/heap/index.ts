import { destination } from '../../core/destination.ts'
import { judgeHttp } from '../../core/judge.ts'
import { about } from './about.ts'
import { actions } from './actions.ts'
import { budgets, prepare, recalls, remembers, subject, uses } from './budgets.ts'
import { plan } from './plan.ts'
import { settings } from './settings.ts'

/** Adds `context.heap` to the events of a page that has Heap's own library. */
const SESSION_SCRIPT = { name: 'Heap Session', libraryName: 'millraceHeapSession', bundle: 'heap-session' }

/** Under a visitor's number, as an identity would stay a person in Heap for ever. */
const connectionTest = {
  type: 'track',
  event: 'Millrace connection test',
  anonymousId: 'millrace-connection-test',
}

/**
 * Heap's server-side API. What it accepts, with sources: README.md in this folder.
 * Heap documents 200 and 400 only; "any 2xx is delivered" and "the body is not trusted" follow from that.
 */
export const heap = destination({
  mode: 'cloud',
  kind: 'heap',
  name: 'Heap',
  help: 'Sends events, user and account properties to Heap from this server, with history, retries and replay.',
  settings,
  actions,
  presets: ['trackEvent', 'identifyUser'],
  companion: ({ sessionsFromPages }) => (sessionsFromPages ? SESSION_SCRIPT : undefined),
  test: { action: 'trackEvent', call: connectionTest },
  deletes: 'deleteUser',
  batch: { count_max: 1_000, bytes_max: 1_000_000, age_ms_max: 50 },
  budgets,
  prepare,
  subject,
  uses,
  about,
  recalls,
  remembers,
  plan,
  judge: (response, _request, now_ms) => judgeHttp(response, now_ms),
})
