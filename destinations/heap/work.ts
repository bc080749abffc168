import type {
  Adjustment,
  Delivery,
  HttpRequest,
  Planned,
  PlannedEnd,
  PlannedRequest,
} from '../../core/destination.ts'
import type { JsonObject } from '../../core/event.ts'
import type { Reason } from '../../core/outcome.ts'
import type { HeapActions } from './actions.ts'
import type { PreparedEvent } from './events.ts'
import { baseUrl, type HeapSettings } from './settings.ts'
import type { Note } from './values.ts'

/** With its values: not one whose event was prepared. */
export type GivenDelivery = Delivery<HeapActions>
export type HeapDelivery = Delivery<HeapActions, PreparedEvent>
export type DeliveryOf<Name extends keyof HeapActions> = Extract<GivenDelivery, { action: Name }>
export type HeapAdjustment = Adjustment<HeapActions, PreparedEvent>
export type HeapRequest = PlannedRequest<HeapActions, PreparedEvent>
export type HeapPlanned = Planned<HeapActions, PreparedEvent>
type HeapEnd = PlannedEnd<HeapActions, PreparedEvent>

/** A plan that is being made. */
export type Draft = {
  readonly requests: HeapRequest[]
  readonly rejections: Map<HeapDelivery, Reason>
  /** To be told beside whatever is sent of the delivery; with a reason, its end when nothing is. */
  readonly remarks: { readonly delivery: HeapDelivery; readonly note: Note; readonly reason?: Reason }[]
}

/**
 * All bulk calls: https://developers.heap.io/reference/bulk-track, …/bulk-add-user-properties,
 * …/bulk-add-account-properties
 */
export const ITEMS_PER_REQUEST_MAX = 1_000

export function post(path: string, settings: HeapSettings, body: JsonObject): HttpRequest {
  return { method: 'POST', url: baseUrl(settings) + path, json: { app_id: settings.appId, ...body } }
}

/** The same with a list, of which each text is one or more items, written out. */
export function postTexts(
  path: string,
  settings: HeapSettings,
  { name, texts, ...more }: JsonObject & { readonly name: string; readonly texts: readonly string[] },
): HttpRequest {
  const begin = JSON.stringify({ app_id: settings.appId, ...more }).slice(0, -1)
  // Joined in one go: a megabyte that is put together of pieces would be copied once more when it is sent.
  const parts = [...texts]
  parts[0] = `${begin},${JSON.stringify(name)}:[${parts[0] ?? ''}`
  parts.push(`${parts.pop()}]}`)
  return { method: 'POST', url: baseUrl(settings) + path, jsonText: parts.join(',') }
}

export function rejected(delivery: HeapDelivery, reason: Reason): HeapEnd {
  return { end: { status: 'rejected', reason }, deliveries: [delivery] }
}

export function unchanged(delivery: HeapDelivery): HeapEnd {
  return { end: { status: 'unchanged' }, deliveries: [delivery] }
}

export function adjustmentsOf(delivery: HeapDelivery, notes: readonly Note[]): HeapAdjustment[] {
  return notes.map((note) => ({ delivery, ...note }))
}

/** Only when there are any: most requests have none, and say nothing of them. */
export function withAdjustments(adjustments: readonly HeapAdjustment[]) {
  return adjustments.length === 0 ? {} : { adjustments }
}

/** Lists of at most so many, in order. */
export function slices<T>(items: readonly T[], count_max = ITEMS_PER_REQUEST_MAX): T[][] {
  const result: T[][] = []
  for (let at = 0; at < items.length; at += count_max) result.push(items.slice(at, at + count_max))
  return result
}
