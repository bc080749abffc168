import { type PageValues, tellHeap } from '../core/heap-calls.ts'
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
export function perform(action: PageSubscription['action'], values: Values, arrayLimit?: number): void {
  tellHeap(
    (name, ...given) => {
      const isKnown =
        name === 'addUserProperties' &&
        // biome-ignore lint/suspicious/noAssignInExpressions: 8 bytes; what was told last is compared before it goes.
        before === (before = values.identity + JSON.stringify(given))
      if (!isKnown) heapCall(name, ...given)
    },
    action === 'trackEvent',
    values,
    arrayLimit,
  )
}
