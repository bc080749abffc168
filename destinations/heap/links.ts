import type { PlanContext, Remembered } from '../../core/destination.ts'
import type { Reason } from '../../core/outcome.ts'
import { linkCountKey, linkKey, shortHash } from './memory.ts'
import type { HeapSettings } from './settings.ts'
import { type Ids, linkableIds, neverProblem, whoseProfile } from './who.ts'
import { type DeliveryOf, type Draft, post } from './work.ts'

/** "Limit the number of user_ids mapped to an identity to 10" a month: https://developers.heap.io/reference/identify-1 */
export const LINKS_PER_MONTH_MAX = 10

export type LinkDelivery = DeliveryOf<'identifyUser'> | DeliveryOf<'mergeUsers'>

const TAKEN =
  'Not linked: this visitor belongs to another identity already, and Heap keeps only the first. Two people on one device, most often.'
const TOO_MANY = `Not linked: the identity has got ${LINKS_PER_MONTH_MAX} visitors this month, and Heap drops more.`
const NOBODY = 'Not linked: it names no visitor whose events Heap could have.'

/**
 * Gives what a visitor did to the identity: one call for each pair, once. Heap answers 200 to a link that it drops (a
 * second identity for a user id, an eleventh user id in a month), so those are known here, are not sent, and are shown.
 *
 * Lanes plan side by side, so two of them may count one identity's visitors at once and send one too many.
 */
export function planLinks(
  deliveries: readonly LinkDelivery[],
  settings: HeapSettings,
  context: PlanContext,
  draft: Draft,
): void {
  const memory = overlay(context)
  for (const delivery of deliveries) {
    const ids = idsOf(delivery)
    const who = whoseProfile(ids, settings)
    if (who.status === 'rejected') {
      draft.rejections.set(delivery, who.reason)
      continue
    }
    const userIds = linkableIds(ids, settings)
    if (userIds.length === 0 && delivery.action === 'mergeUsers') {
      draft.rejections.set(delivery, nobody(ids, settings))
    }
    for (const userId of userIds) {
      const linked = linkOne(userId, who.person, settings, memory)
      if (linked === 'known') continue
      if ('text' in linked) {
        draft.remarks.push({ delivery, note: { field: 'user_id', text: linked.text }, reason: linked })
        continue
      }
      const request = post('/api/v1/identify', settings, { user_id: userId, identity: who.person })
      draft.requests.push({ request, deliveries: [delivery], remember: linked })
    }
  }
}

/** An alias call's previous id stands where another call has its anonymous id. */
export function idsOf(delivery: LinkDelivery): Ids {
  if (delivery.action === 'identifyUser') return delivery.values
  const { previousId, ...ids } = delivery.values
  return previousId === undefined ? ids : { ...ids, anonymousId: previousId }
}

function linkOne(
  userId: string,
  identity: string,
  settings: HeapSettings,
  { recall, remember, month, until_ms }: Overlay,
): 'known' | Reason | readonly Remembered[] {
  const key = linkKey(userId, settings)
  const hash = shortHash(identity)
  const owner = recall(key)
  if (owner === hash) return 'known'
  if (owner !== undefined) return { code: 'HEAP_LINK_DROPPED', text: TAKEN }
  const countKey = linkCountKey(hash, settings)
  const count = readCount(recall(countKey), month)
  if (count >= LINKS_PER_MONTH_MAX) return { code: 'HEAP_LINK_DROPPED', text: TOO_MANY }
  return remember([
    { key, value: hash, isDurable: true },
    { key: countKey, value: `${month} ${count + 1}`, isDurable: true, until_ms },
  ])
}

/** "2026-11 3": three in that month. */
function readCount(known: string | undefined, month: string): number {
  const [of, count] = (known ?? '').split(' ')
  return of === month ? Number(count) : 0
}

function endOfMonth_ms(now_ms: number): number {
  const now = new Date(now_ms)
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)
}

function nobody({ anonymousId }: Ids, settings: HeapSettings): Reason {
  const problem = anonymousId === undefined ? undefined : neverProblem(anonymousId, settings)
  if (problem !== undefined) return { code: 'HEAP_IDENTITY_NEVER', text: `The previous id ${problem}.` }
  return { code: 'HEAP_LINK_DROPPED', text: NOBODY }
}

type Overlay = ReturnType<typeof overlay>

/** What is remembered, and what this very batch adds to it. */
function overlay({ recall, now_ms }: PlanContext) {
  const added = new Map<string, string>()
  return {
    month: new Date(now_ms).toISOString().slice(0, 7),
    until_ms: endOfMonth_ms(now_ms),
    recall: (key: string) => added.get(key) ?? recall(key),
    remember(all: readonly Remembered[]): readonly Remembered[] {
      for (const { key, value } of all) added.set(key, value)
      return all
    },
  }
}
