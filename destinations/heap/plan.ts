import type { PlanContext } from '../../core/destination.ts'
import { planAccounts } from './accounts.ts'
import type { HeapActions } from './actions.ts'
import { planDeletions } from './deletions.ts'
import { type EventDelivery, planEvents } from './events.ts'
import { type LinkDelivery, planLinks } from './links.ts'
import { planProfiles } from './profiles.ts'
import type { HeapSettings } from './settings.ts'
import {
  adjustmentsOf,
  type DeliveryOf,
  type Draft,
  type GivenDelivery,
  type HeapAdjustment,
  type HeapDelivery,
  type HeapPlanned,
  type HeapRequest,
  rejected,
  unchanged,
} from './work.ts'

/**
 * Links, then people, accounts, events, deletions. Links go first, so that what follows finds one person; people before
 * events, so that an event finds its person with the properties set; deletions last, so that what the batch says of a
 * person who is deleted goes too. Heap itself asks for no order: user properties are stateless, and events have times.
 */
export function plan(
  deliveries: readonly HeapDelivery[],
  settings: HeapSettings,
  context: PlanContext,
): readonly HeapPlanned[] {
  const given = deliveries.filter(isGiven)
  const of = <Name extends keyof HeapActions>(name: Name) =>
    given.filter((delivery): delivery is DeliveryOf<Name> => delivery.action === name)
  const draft: Draft = { requests: [], rejections: new Map(), remarks: [] }
  const groups = of('setAccountProperties')
  rejectBlankAccounts(groups, draft)
  const events = planEvents(deliveries.filter(isEvent), settings, draft)
  planLinks(given.filter(isLinking), settings, context, draft)
  planProfiles(given, settings, context, draft)
  planAccounts(groups, settings, context, draft)
  draft.requests.push(...events)
  planDeletions(of('deleteUser'), settings, draft)
  return finish(deliveries, draft)
}

function isGiven(delivery: HeapDelivery): delivery is GivenDelivery {
  return !('prepared' in delivery)
}

function isEvent(delivery: HeapDelivery): delivery is EventDelivery {
  return 'prepared' in delivery || delivery.action === 'trackEvent'
}

function isLinking(delivery: GivenDelivery): delivery is LinkDelivery {
  return delivery.action === 'identifyUser' || delivery.action === 'mergeUsers'
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
function finish(deliveries: readonly HeapDelivery[], draft: Draft): readonly HeapPlanned[] {
  const { rejections } = draft
  const requests = draft.remarks.length === 0 ? draft.requests : withRemarks(draft)
  const carried = new Set(requests.flatMap((request) => request.deliveries))
  const ends = deliveries
    .filter((delivery) => !carried.has(delivery))
    .map((delivery) => {
      const reason = rejections.get(delivery)
      return reason === undefined ? unchanged(delivery) : rejected(delivery, reason)
    })
  return [...ends, ...requests]
}

function withRemarks({ requests, remarks, rejections }: Draft): readonly HeapRequest[] {
  const first = new Map<HeapDelivery, number>()
  requests.forEach(({ deliveries }, at) => {
    for (const delivery of deliveries) if (!first.has(delivery)) first.set(delivery, at)
  })
  const added = requests.map((): HeapAdjustment[] => [])
  for (const { delivery, note, reason } of remarks) {
    const at = first.get(delivery)
    if (at !== undefined) added[at]?.push(...adjustmentsOf(delivery, [note]))
    else if (reason !== undefined && !rejections.has(delivery)) rejections.set(delivery, reason)
  }
  return requests.map((request, at) => {
    const adjustments = [...(request.adjustments ?? []), ...(added[at] ?? [])]
    return adjustments.length === 0 ? request : { ...request, adjustments }
  })
}
