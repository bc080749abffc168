import type { Budgets, BudgetUse } from '../../core/destination.ts'
import { eventCount, type PreparedEvent, preparedEvent } from './events.ts'
import { idsOf } from './links.ts'
import { linkCountKey, linkKey, shortHash } from './memory.ts'
import { hasProfile } from './profiles.ts'
import type { HeapSettings } from './settings.ts'
import { linkableIds, subjectOf, whoseEvent, whoseProfile } from './who.ts'
import type { GivenDelivery, HeapDelivery } from './work.ts'

const MINUTE_MS = 60_000

/**
 * Heap's limits. Events: "1000 events per minute per identity per app_id" and "15,000 events per minute per app_id",
 * https://developers.heap.io/reference/bulk-track. User properties: "30 requests per 30 seconds per identity per
 * app_id", https://developers.heap.io/reference/add-user-properties. For links, accounts and deletions none is
 * documented. That of single events never applies, as events go in bulk.
 */
export function budgets({ eventsPerMinute, eventsPerMinutePerPerson }: HeapSettings): Budgets {
  return {
    events: {
      label: 'events a minute',
      units_max: Math.max(1, eventsPerMinute),
      window_ms: MINUTE_MS,
      scope: 'instance',
    },
    eventsOfPerson: {
      label: 'events a minute for one person',
      units_max: Math.max(1, eventsPerMinutePerPerson),
      window_ms: MINUTE_MS,
      scope: 'subject',
    },
    profilesOfPerson: {
      label: 'writes of user properties in 30 seconds for one person',
      units_max: 30,
      window_ms: 30_000,
      scope: 'subject',
    },
  }
}

/** An event that writes no user properties waits as its text. People's and accounts' properties stay values: they are merged. */
export function prepare(delivery: GivenDelivery, settings: HeapSettings): PreparedEvent | undefined {
  if (delivery.action !== 'trackEvent' || hasProfile(delivery, settings)) return undefined
  return preparedEvent(delivery, settings)
}

export function subject(delivery: HeapDelivery, settings: HeapSettings): string | undefined {
  if ('prepared' in delivery) return delivery.prepared.subject
  switch (delivery.action) {
    case 'trackEvent': {
      const who = whoseEvent(delivery.values, settings)
      return who.status === 'rejected' ? undefined : subjectOf(who.person)
    }
    case 'identifyUser':
    case 'mergeUsers':
    case 'setAccountProperties':
    case 'deleteUser': {
      const who = whoseProfile(delivery.values, settings)
      return who.status === 'known' ? `i:${who.person}` : undefined
    }
  }
}

export function uses(delivery: HeapDelivery, settings: HeapSettings): readonly BudgetUse[] {
  if ('prepared' in delivery) {
    const { subject: of, count } = delivery.prepared
    return of === undefined ? [] : eventUses(count)
  }
  const used: BudgetUse[] = []
  if (subject(delivery, settings) === undefined) return used
  if (delivery.action === 'trackEvent') {
    used.push(...eventUses(eventCount(delivery.values)))
  }
  if (hasProfile(delivery, settings) && whoseProfile(delivery.values, settings).status === 'known') {
    used.push({ budget: 'profilesOfPerson', units: 1, isShared: true })
  }
  return used
}

function eventUses(units: number): readonly BudgetUse[] {
  return units === 1 ? ONE_EVENT : usesOf(units)
}

const usesOf = (units: number): readonly BudgetUse[] => [
  { budget: 'events', units },
  { budget: 'eventsOfPerson', units },
]
/** As nearly all deliveries use it: one list for them all. */
const ONE_EVENT = usesOf(1)

/** Links, as they are kept for ever. What was last written of a person or an account is not in the ledger. */
export function recalls(delivery: HeapDelivery, settings: HeapSettings): readonly string[] {
  if ('prepared' in delivery) return NO_KEYS
  if (delivery.action !== 'identifyUser' && delivery.action !== 'mergeUsers') return NO_KEYS
  const ids = idsOf(delivery)
  const who = whoseProfile(ids, settings)
  if (who.status === 'rejected') return NO_KEYS
  const userIds = linkableIds(ids, settings)
  if (userIds.length === 0) return NO_KEYS
  return [
    linkCountKey(shortHash(who.person), settings),
    ...userIds.map((userId) => linkKey(userId, settings)),
  ]
}

const NO_KEYS: readonly string[] = []

/** Links, and what was last written of a person or an account. */
export function remembers(delivery: HeapDelivery, settings: HeapSettings): boolean {
  if ('prepared' in delivery) return false
  switch (delivery.action) {
    case 'identifyUser':
    case 'mergeUsers':
    case 'setAccountProperties':
      return true
    case 'trackEvent':
      return hasProfile(delivery, settings)
    case 'deleteUser':
      return false
  }
}
