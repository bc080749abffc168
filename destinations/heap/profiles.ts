import type { PlanContext } from '../../core/destination.ts'
import { setOwn } from '../../core/own.ts'
import { isKnown, profileKey, rememberProperties } from './memory.ts'
import type { HeapSettings } from './settings.ts'
import { type HeapProperties, heapProperties, type Note } from './values.ts'
import { whoseProfile } from './who.ts'
import {
  adjustmentsOf,
  type Draft,
  type GivenDelivery,
  type HeapAdjustment,
  post,
  slices,
  withAdjustments,
} from './work.ts'

/** What a batch writes for one identity or account: merged, the last value of each property winning. */
export type Write = {
  readonly properties: HeapProperties
  readonly deliveries: GivenDelivery[]
  readonly adjustments: HeapAdjustment[]
}

/**
 * The writes for one identity in a batch become one: what Heap would end up with, without counting on the order inside
 * a bulk call, which Heap does not promise, and with one request against the limit instead of many. A write that says
 * only what was said last is not sent.
 */
export function planProfiles(
  deliveries: readonly GivenDelivery[],
  settings: HeapSettings,
  context: PlanContext,
  draft: Draft,
): void {
  const people = new Map<string, Write>()
  for (const delivery of deliveries) {
    if (draft.rejections.has(delivery)) continue
    const notes: Note[] = []
    const properties = profileProperties(delivery, settings, notes)
    if (properties === undefined) continue
    const who = whoseProfile(delivery.values, settings)
    if (who.status === 'known') addWrite(people, who.person, { delivery, properties, notes })
    else if (delivery.action === 'identifyUser') draft.rejections.set(delivery, who.reason)
    else {
      const text = `user properties were left out. ${who.reason.text}`
      draft.remarks.push({ delivery, note: { field: 'traits', text } })
    }
  }
  const changed = [...people].flatMap(([identity, write]) => {
    const key = profileKey(identity, settings)
    return isKnown(context.recall(key), write.properties) ? [] : [{ identity, key, write }]
  })
  for (const slice of slices(changed)) {
    draft.requests.push({
      request: usersRequest(slice, settings),
      deliveries: slice.flatMap(({ write }) => write.deliveries),
      remember: slice.map(({ key, write }) => rememberProperties(key, write.properties, context)),
      ...withAdjustments(slice.flatMap(({ write }) => write.adjustments)),
    })
  }
}

/** Whether the delivery has something to say of a person's properties. */
export function hasProfile(delivery: GivenDelivery, settings: HeapSettings): boolean {
  switch (delivery.action) {
    case 'identifyUser':
      return true
    case 'trackEvent':
      return settings.profilesFromContextTraits && delivery.values.traits !== undefined
    case 'setAccountProperties': {
      const { userProperty, identity } = delivery.values
      return userProperty !== undefined && identity !== undefined
    }
    case 'mergeUsers':
    case 'deleteUser':
      return false
  }
}

function profileProperties(delivery: GivenDelivery, settings: HeapSettings, notes: Note[]) {
  if (!hasProfile(delivery, settings)) return undefined
  switch (delivery.action) {
    case 'identifyUser':
      return heapProperties(delivery.values.properties ?? {}, 'user', settings, notes)
    case 'trackEvent': {
      const properties = heapProperties(delivery.values.traits ?? {}, 'user', settings, notes)
      return Object.keys(properties).length === 0 ? undefined : properties
    }
    case 'setAccountProperties': {
      const { userProperty = '', accountId } = delivery.values
      return heapProperties({ [userProperty]: accountId }, 'user', settings, notes)
    }
    case 'mergeUsers':
    case 'deleteUser':
      return undefined
  }
}

export function addWrite(
  writes: Map<string, Write>,
  key: string,
  more: {
    readonly delivery: GivenDelivery
    readonly properties: HeapProperties
    readonly notes: readonly Note[]
  },
): void {
  const { delivery, properties, notes } = more
  const write = writes.get(key)
  if (write === undefined) {
    writes.set(key, { properties, deliveries: [delivery], adjustments: adjustmentsOf(delivery, notes) })
    return
  }
  for (const name in properties) setOwn(write.properties, name, properties[name] as string | number)
  write.deliveries.push(delivery)
  write.adjustments.push(...adjustmentsOf(delivery, notes))
}

type Person = { readonly identity: string; readonly write: Write }

function usersRequest(people: readonly Person[], settings: HeapSettings) {
  if (settings.anonymousEvents !== 'Partner endpoint') {
    const users = people.map(({ identity, write }) => ({ identity, properties: write.properties }))
    return post('/api/add_user_properties', settings, { users })
  }
  const users = people.map(({ identity, write }) => ({
    user_identifier: { identity },
    custom_properties: write.properties,
  }))
  return post('/api/integrations/add_user_properties', settings, { library: 'server', users })
}
