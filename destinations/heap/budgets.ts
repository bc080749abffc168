import type { Budgets, BudgetUse } from '../../core/destination.ts'
import { eventCount } from './events.ts'
import { idsOf } from './links.ts'
import { accountKey, linkCountKey, linkKey, profileKey, shortHash } from './memory.ts'
import { hasProfile } from './profiles.ts'
import type { HeapSettings } from './settings.ts'
import { linkableIds, type Who, whoseEvent, whoseProfile } from './who.ts'
import type { HeapDelivery } from './work.ts'

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

export function subject(delivery: HeapDelivery, settings: HeapSettings): string | undefined {
  switch (delivery.action) {
    case 'trackEvent': {
      const who = whoseEvent(delivery.values, settings)
      return who.status === 'rejected' ? undefined : personSubject(who)
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

function personSubject({ person }: Extract<Who, { status: 'known' }>): string {
  switch (person.by) {
    case 'identity':
      return `i:${person.identity}`
    case 'user_id':
      return `u:${person.user_id}`
    case 'partner': {
      const { identity, user_id, anonymous_id } = person.identifier
      if (identity !== undefined) return `i:${identity}`
      return user_id === undefined ? `a:${anonymous_id}` : `u:${user_id}`
    }
  }
}

export function uses(delivery: HeapDelivery, settings: HeapSettings): readonly BudgetUse[] {
  const used: BudgetUse[] = []
  if (subject(delivery, settings) === undefined) return used
  if (delivery.action === 'trackEvent') {
    const units = eventCount(delivery.values)
    used.push({ budget: 'events', units }, { budget: 'eventsOfPerson', units })
  }
  if (hasProfile(delivery, settings) && whoseProfile(delivery.values, settings).status === 'known') {
    used.push({ budget: 'profilesOfPerson', units: 1, isShared: true })
  }
  return used
}

/** The keys that the plan of this delivery asks for. */
export function recalls(delivery: HeapDelivery, settings: HeapSettings): readonly string[] {
  const keys: string[] = []
  if (delivery.action === 'setAccountProperties') keys.push(accountKey(delivery.values.accountId, settings))
  if (delivery.action === 'identifyUser' || delivery.action === 'mergeUsers') {
    const ids = idsOf(delivery)
    const who = whoseProfile(ids, settings)
    if (who.status === 'rejected') return keys
    keys.push(linkCountKey(shortHash(who.person), settings))
    for (const userId of linkableIds(ids, settings)) keys.push(linkKey(userId, settings))
  }
  if (hasProfile(delivery, settings)) {
    const who = whoseProfile(delivery.values, settings)
    if (who.status === 'known') keys.push(profileKey(who.person, settings))
  }
  return keys
}
