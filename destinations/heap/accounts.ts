import type { PlanContext } from '../../core/destination.ts'
import { accountKey, isKnown, rememberProperties } from './memory.ts'
import { addWrite, type Write } from './profiles.ts'
import type { HeapSettings } from './settings.ts'
import { heapProperties, type Note } from './values.ts'
import { type DeliveryOf, type Draft, post, slices, withAdjustments } from './work.ts'

/** "A max of 1000 accounts" in a call: https://developers.heap.io/reference/bulk-add-account-properties */
export function planAccounts(
  deliveries: readonly DeliveryOf<'setAccountProperties'>[],
  settings: HeapSettings,
  context: PlanContext,
  draft: Draft,
): void {
  const accounts = new Map<string, Write>()
  for (const delivery of deliveries) {
    if (draft.rejections.has(delivery)) continue
    const { accountId, properties } = delivery.values
    const notes: Note[] = []
    const flat = heapProperties(properties ?? {}, 'account', settings, notes)
    if (Object.keys(flat).length > 0) addWrite(accounts, accountId, { delivery, properties: flat, notes })
  }
  const changed = [...accounts].filter(
    ([id, { properties }]) => !isKnown(context.recall(accountKey(id, settings)), properties),
  )
  for (const slice of slices(changed)) {
    draft.requests.push({
      request: post('/api/add_account_properties', settings, {
        accounts: slice.map(([account_id, { properties }]) => ({ account_id, properties })),
      }),
      deliveries: slice.flatMap(([, write]) => write.deliveries),
      remember: slice.map(([id, { properties }]) =>
        rememberProperties(accountKey(id, settings), properties, context),
      ),
      ...withAdjustments(slice.flatMap(([, write]) => write.adjustments)),
    })
  }
}
