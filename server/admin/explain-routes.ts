import type { ExplainAnswer } from '../../contract/catalogue.ts'
import type { Instance, Subscription } from '../../core/configuration.ts'
import type { Action, Destination } from '../../core/destination.ts'
import { transformPart } from '../../core/edit/sources.ts'
import type { JsonObject } from '../../core/event.ts'
import type { Mapping } from '../../core/mapping/mapping.ts'
import { type ParsedCall, parseCall } from '../../core/parse-event.ts'
import { defaultMapping, slug } from '../../core/presets.ts'
import { withSourceTransforms } from '../../core/transform/connected.ts'
import { readEnvelope } from '../log/envelope.ts'
import type { LogReader } from '../log/log.ts'
import type { Explains } from '../lookup/explained.ts'
import type { Store } from '../store/store.ts'
import { findInstance, invalid, isObject, notFound, textOr } from './request.ts'
import type { AdminRouter } from './router.ts'

export type ExplainDeps = {
  readonly store: Store
  readonly log: LogReader
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly explain: Explains
}

/**
 * `POST /admin/v1/explain`: what an event would become, with nothing sent and nothing stored. The body is
 * `{destination, action?, source?, event | address}`:
 * - `destination`: the id of one that is configured, or `{kind, settings}` of one that is not yet.
 * - `action`: the id of one of its subscriptions, or `{action, id?, trigger?, transform?, mapping?}`; left out, all of them.
 * - `event`: a call as a client sends it; or `address`, `lane/chunk/index`, of an event in the log.
 */
export function explainRoutes({ on }: AdminRouter, { store, log, catalogue, explain }: ExplainDeps): void {
  on('POST /admin/v1/explain', async ({ body: given }): Promise<ExplainAnswer> => {
    const body = given as JsonObject
    const configuration = await store.read()
    const { instance, destination } = findInstance(body['destination'], configuration, catalogue)
    const subscriptions = findSubscriptions(body['action'], instance, destination)
    const now_ms = Date.now()
    const found = await findEvent(body, log, now_ms)
    if (!found.ok) return { refused: { code: found.code, reason: found.reason } }
    const { event } = found
    const sourceId = textOr(body, 'source', found.sourceId ?? instance.sources[0] ?? 'preview')
    const [explanations = []] = await explain({
      instance: withSourceTransforms(instance, configuration.sources),
      ...{ subscriptions, events: [{ event, sourceId, now_ms }] },
    })
    return {
      event,
      explanations: subscriptions.flatMap(({ id, action, name, enabled }, index) => {
        const explanation = explanations[index]
        return explanation === undefined ? [] : [{ id, action, name, enabled, ...explanation }]
      }),
    }
  })
}

/** The actions that a request names: all, one by its id, or one that is being written. @throws {AppError} NOT_FOUND, QUERY_INVALID */
export function findSubscriptions(
  given: unknown,
  { subscriptions }: Instance,
  destination: Destination,
): readonly Subscription[] {
  if (given === undefined) return subscriptions
  if (typeof given === 'string') {
    const found = subscriptions.filter(({ id }) => id === given)
    if (found.length === 0) throw notFound('action', given)
    return found
  }
  if (!isObject(given)) throw invalid('action', 'must be an id, or {action, trigger, mapping}')
  const name = textOr(given, 'action', '')
  const action: Action | undefined = Object.hasOwn(destination.actions, name)
    ? destination.actions[name]
    : undefined
  if (action === undefined) throw notFound('action', name)
  const mapping = given['mapping'] ?? defaultMapping(action)
  if (!isObject(mapping)) throw invalid('mapping', 'must be an object')
  const trigger = textOr(given, 'trigger', action.trigger)
  const transform = textOr(given, 'transform', '')
  return [
    // The id is part of idempotency keys: under another one, every request would look changed.
    {
      ...{ id: textOr(given, 'id', slug(name)), action: name, name: action.name, enabled: true },
      ...{ trigger, ...transformPart(transform), mapping: mapping as Mapping },
    },
  ]
}

export type FoundEvent = ParsedCall & { readonly sourceId?: string }

/** The event that a request gives or names by its address. @throws {AppError} QUERY_INVALID, NOT_FOUND */
export async function findEvent(body: JsonObject, log: LogReader, now_ms: number): Promise<FoundEvent> {
  if (body['address'] === undefined) {
    const receivedAt = new Date(now_ms).toISOString()
    const around = { receivedAt_ms: now_ms, receivedAt, newMessageId: () => 'preview' }
    return parseCall(body['event'], undefined, {}, around)
  }
  const address = textOr(body, 'address', '')
  const [, lane, chunk, index] = (/^(\d+)\/(\d+)\/(\d+)$/.exec(address) ?? []).map(Number)
  if (lane === undefined || chunk === undefined || index === undefined || lane >= log.lanes) {
    throw invalid('address', 'must be lane/chunk/index, such as 3/1042/7')
  }
  const [read] = await log.read(lane, { chunk, index }, { count_max: 1, bytes_max: 1 })
  const envelope = read?.chunk === chunk ? readEnvelope(read, index) : undefined
  if (envelope?.kind !== 'event') throw notFound('event', address)
  return { ok: true, event: envelope.event, sourceId: envelope.sourceId }
}
