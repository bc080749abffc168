import { heapCalls, type PageValues } from '../core/heap-calls.ts'
import type { PageSubscription } from '../core/page-plugin.ts'
import { heapCall } from './page.ts'

/** The fields of the actions in destinations/heap-web/actions.ts. Those that are objects, told from the texts: */
export const OBJECT_FIELDS = /prop|trai/
export type Values = PageValues

/** The user properties that were given last, and whose: what has not changed is not sent again with each event. */
let before = ''
export function forgetPerson(): void {
  before = ''
}

/** Calls Heap's library for one event. */
export function perform(action: PageSubscription['action'], values: Values, arrayLimit = 0): void {
  for (const { name, given } of heapCalls(action === 'trackEvent', values, arrayLimit)) {
    if (name === 'addUserProperties') {
      const now = (values.identity ?? '') + JSON.stringify(given)
      if (now === before) continue
      before = now
    }
    heapCall(name, ...given)
  }
}
