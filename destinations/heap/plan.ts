import type { PlanContext, Planned } from '../../core/destination.ts'
import { planAccounts } from './accounts.ts'
import type { HeapActions } from './actions.ts'
import { planDeletions } from './deletions.ts'
import { planEvents } from './events.ts'
import { planLinks } from './links.ts'
import { planProfiles } from './profiles.ts'
import type { HeapSettings } from './settings.ts'
import { adjustmentsOf, type DeliveryOf, type Draft, type HeapDelivery, rejected, unchanged } from './work.ts'

/**
 * Links, then people, accounts, events, deletions. Links go first, so that what follows finds one person; people before
 * events, so that an event finds its person with the properties set; deletions last, so that what the batch says of a
 * person who is deleted goes too. Heap itself asks for no order: user properties are stateless, and events have times.
 */
export function plan(
  deliveries: readonly HeapDelivery[],
  settings: HeapSettings,
  context: PlanContext,
): readonly Planned<HeapActions>[] {
  const of = <Name extends keyof HeapActions>(name: Name) =>
    deliveries.filter((delivery): delivery is DeliveryOf<Name> => delivery.action === name)
  const draft: Draft = { requests: [], rejections: new Map(), remarks: [] }
  const groups = of('setAccountProperties')
  rejectBlankAccounts(groups, draft)
  const events = planEvents(of('trackEvent'), settings, draft)
  const links = deliveries.filter(({ action }) => action === 'identifyUser' || action === 'mergeUsers')
  planLinks(links as Parameters<typeof planLinks>[0], settings, context, draft)
  planProfiles(deliveries, settings, context, draft)
  planAccounts(groups, settings, context, draft)
  draft.requests.push(...events)
  planDeletions(of('deleteUser'), settings, draft)
  return finish(deliveries, draft)
}

function rejectBlankAccounts(deliveries: readonly DeliveryOf<'setAccountProperties'>[], draft: Draft): void {
  for (const delivery of deliveries) {
    if (delivery.values.accountId.trim() !== '') continue
    draft.rejections.set(delivery, { code: 'VALUES_INVALID', text: 'accountId is blank' })
  }
}

/**
 * A remark goes with a request of its delivery. Without one it is the delivery's end, when it has a reason; what is
 * then in no request says nothing new.
 */
function finish(deliveries: readonly HeapDelivery[], { requests, rejections, remarks }: Draft) {
  const carried = new Set(requests.flatMap((request) => request.deliveries))
  const planned: Planned<HeapActions>[] = requests
  for (const { delivery, note, reason } of remarks) {
    const at = requests.findIndex((request) => request.deliveries.includes(delivery))
    const request = requests[at]
    if (request !== undefined) {
      const adjustments = [...(request.adjustments ?? []), ...adjustmentsOf(delivery, [note])]
      requests[at] = { ...request, adjustments }
    } else if (reason !== undefined && !rejections.has(delivery)) rejections.set(delivery, reason)
  }
  const ends = deliveries
    .filter((delivery) => !carried.has(delivery))
    .map((delivery) => {
      const reason = rejections.get(delivery)
      return reason === undefined ? unchanged(delivery) : rejected(delivery, reason)
    })
  return [...ends, ...planned]
}
