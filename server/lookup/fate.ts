import type { Static } from 'typebox'
import type { FATES, Fate } from '../../contract/events.ts'
import type { Subscription } from '../../core/configuration.ts'
import { missingConsent } from '../../core/consent.ts'
import type { Destination } from '../../core/destination.ts'
import type { EventEnvelope, JsonObject, Position } from '../../core/event.ts'
import { type Explanation, explain } from '../../core/explain.ts'
import { compileSubscription, readInstanceSettings } from '../../core/instance.ts'
import { compileIntegrations, switchedOffText } from '../../core/integrations.ts'
import { type Redact, redactionOf } from '../../core/redact/redact.ts'
import type { ConnectedInstance } from '../../core/transform/connected.ts'
import type { Transforming, Transformings } from '../../core/transform/transforming.ts'
import type { Ledger, StoredAttempt, StoredDeadLetter } from '../ledger/ledger.ts'
import { isoTime, shownAttempt, shownDeadLetter } from './shown.ts'

/** More than the tries at one event that a person looks through; the newest are shown. */
const ATTEMPTS_MAX = 50
const DEAD_LETTERS_MAX = 100

export type FateDeps = {
  readonly ledger: Ledger
  readonly catalogue: ReadonlyMap<string, Destination>
  /** Of this installation, for redaction rules that hash. */
  readonly salt?: string | undefined
  /** Left out, there are no transformations. */
  readonly transformings?: Pick<Transformings, 'of'>
}
type FateName = (typeof FATES)[number]
type Shown = Static<typeof Fate>
type Delivery = Shown['deliveries'][number]

/** The worst first: an event's fate at a destination is that of its worst delivery. */
const WORST: readonly FateName[] = [
  'dead letter',
  'parked',
  'pending',
  'no trace',
  'not connected then',
  'unchanged',
  'delivered',
]

type Traces = {
  readonly envelope: EventEnvelope
  readonly instance: ConnectedInstance
  readonly destination: Destination
  /** What is done with the event before the triggers see it; undefined: nothing. */
  readonly redact: Redact | undefined
  readonly transforming: Transforming | undefined
  /** Those that carried the event, newest first. */
  readonly attempts: readonly StoredAttempt[]
  readonly deadLetters: readonly StoredDeadLetter[]
  readonly parked: Awaited<ReturnType<Ledger['parkedAt']>>
  /** The instance's cursor is behind the event. */
  readonly isRead: boolean
  /** Something that was sent before the event came is still in the history. */
  readonly reachesBack: boolean
}

/**
 * What became of an event at an instance: what the ledger holds of it, and for what it does not hold (which trigger
 * wanted it, what it was mapped to) what the instance would make of it as it is configured now.
 */
export async function fateOf(
  deps: FateDeps,
  envelope: EventEnvelope,
  instance: ConnectedInstance,
): Promise<Shown> {
  const transforming = await deps.transformings?.of(instance)
  try {
    return await fateWith(deps, envelope, instance, transforming)
  } finally {
    transforming?.end()
  }
}

async function fateWith(
  deps: FateDeps,
  envelope: EventEnvelope,
  instance: ConnectedInstance,
  transforming: Transforming | undefined,
): Promise<Shown> {
  const { id, name, kind, consent = [], subscriptions } = instance
  const destination = deps.catalogue.get(kind)
  const shown = (fate: FateName, more: Partial<Shown> = {}): Shown => {
    return { destination: id, name, fate, deliveries: [], attempts: [], ...more }
  }
  if (destination === undefined) return shown('off')
  if (destination.mode === 'web') return shown('in pages')
  const traces = { ...(await tracesOf(deps, envelope, instance, destination)), transforming }
  const deliveries = subscriptions.flatMap((subscription) => deliveryOf(traces, subscription))
  const attempts = traces.attempts.map(shownAttempt)
  const worst = WORST.find((fate) => deliveries.some((delivery) => delivery.fate === fate))
  if (worst !== undefined) return shown(worst, { deliveries, attempts })
  const missing = missingConsent(envelope.event, consent)
  if (!instance.enabled) return shown('off', { attempts })
  if (!traces.isRead) return shown('pending', { attempts })
  if (missing.length > 0) {
    const text = `The person has not allowed ${missing.join(', ')}.`
    return shown('filtered', { why: [{ action: '', text }], attempts })
  }
  const off = compileIntegrations({ id, name, destination })(envelope.event)
  if (off !== undefined) {
    return shown('filtered', { why: [{ action: '', text: switchedOffText(off) }], attempts })
  }
  return shown('discarded', { why: subscriptions.map((one) => whyNot(traces, one)), attempts })
}

async function tracesOf(
  { ledger, salt = '' }: FateDeps,
  envelope: EventEnvelope,
  instance: ConnectedInstance,
  destination: Destination,
): Promise<Omit<Traces, 'transforming'>> {
  const { address, receivedAt } = envelope
  const { id: instanceId } = instance
  const attempts = await ledger.attempts({ instanceId, carried: [address] }, { count_max: ATTEMPTS_MAX })
  const deadLetters = await ledger.deadLetters({ instanceId, address }, { count_max: DEAD_LETTERS_MAX })
  const parked = (await ledger.parkedAt(address)).filter((one) => one.instanceId === instanceId)
  const cursor = await ledger.cursor(instanceId, address.lane)
  const older = await ledger.attempts({ instanceId, to_ms: Date.parse(receivedAt) }, { count_max: 1 })
  const isRead = cursor !== undefined && isBehind(address, cursor)
  return {
    ...{ envelope, instance, destination, attempts, deadLetters, parked, isRead },
    redact: redactionOf(instance.redact, salt),
    reachesBack: older.length > 0,
  }
}

function isBehind({ chunk, index }: Position, cursor: Position): boolean {
  return chunk < cursor.chunk || (chunk === cursor.chunk && index < cursor.index)
}

/** None when the subscription does not want the event, and never did as far as anybody knows. */
function deliveryOf(traces: Traces, subscription: Subscription): readonly Delivery[] {
  const { envelope, instance, deadLetters, parked } = traces
  const { id: action, name } = subscription
  const explanation = explained(traces, subscription)
  const letter = deadLetters.find(({ subscriptionId }) => subscriptionId === action)
  const waiting = parked.find(({ subscriptionId }) => subscriptionId === action)
  const isWanted =
    subscription.enabled &&
    explanation.trigger?.matches === true &&
    droppedBy(explanation) === undefined &&
    explanation.switchedOff === undefined &&
    missingConsent(envelope.event, instance.consent ?? []).length === 0
  const fate = knownFate(traces, subscription, isWanted)
  if (fate === undefined) return []
  return [
    {
      ...{ action, name, fate },
      ...(waiting === undefined ? {} : { until: isoTime(waiting.due_ms) }),
      values: valuesOf(explanation),
      ...transformsOf(explanation),
      ...(letter === undefined ? problemReason(explanation) : { reason: { ...letter.reason } }),
      adjustments: adjustmentsOf(traces, subscription, explanation),
      ...(explanation.notes === undefined ? {} : { notes: [...explanation.notes] }),
      ...(letter === undefined ? {} : { deadLetter: shownDeadLetter(letter) }),
    },
  ]
}

function knownFate(traces: Traces, subscription: Subscription, isWanted: boolean): FateName | undefined {
  const { instance, attempts, deadLetters, parked, isRead, reachesBack } = traces
  const isOf = ({ subscriptionId }: { readonly subscriptionId: string }) => subscriptionId === subscription.id
  if (deadLetters.some(isOf)) return 'dead letter'
  if (parked.some(isOf)) return 'parked'
  if (!isWanted) return undefined
  const isDelivered = attempts.some(
    ({ outcome, subscriptionIds }) =>
      outcome === 'delivered' && subscriptionIds?.includes(subscription.id) !== false,
  )
  if (isDelivered) return 'delivered'
  if (!isRead) return instance.enabled ? 'pending' : undefined
  if (mayBeUnchanged(traces, subscription)) return 'unchanged'
  // Its other deliveries are known, and this was none of them: the action wants such events since later.
  if (attempts.some(({ outcome, subscriptionIds }) => outcome === 'delivered' && subscriptionIds))
    return undefined
  return reachesBack ? 'not connected then' : 'no trace'
}

/** The destination remembers what it was told in deliveries like this one, so it may have had nothing new to say. */
function mayBeUnchanged(traces: Traces, subscription: Subscription): boolean {
  const { envelope, instance, destination, transforming } = traces
  if (destination.mode !== 'cloud' || destination.remembers === undefined) return false
  try {
    const handled = compileSubscription(instance.id, subscription, destination, transforming).handle(envelope)
    if (handled.status !== 'ready') return false
    const settings = readInstanceSettings(instance, destination)
    return destination.remembers(handled.delivery, settings as never)
  } catch {
    // The instance cannot run as it is configured now: nothing can be said about it.
    return false
  }
}

function explained(traces: Traces, subscription: Subscription): Explanation {
  const { envelope, instance, destination, redact, transforming } = traces
  return explain(envelope.event, subscription, {
    destination,
    settings: instance.settings,
    instanceId: instance.id,
    name: instance.name,
    sourceId: envelope.sourceId,
    ...{ consent: instance.consent ?? [], redact },
    context: { now_ms: Date.parse(envelope.receivedAt), recall: () => undefined },
    ...(transforming === undefined ? {} : { transforming }),
  })
}

function valuesOf({ fields }: Explanation): JsonObject {
  return Object.fromEntries(fields.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}

function transformsOf({ transforms }: Explanation): Pick<Delivery, 'transforms'> {
  return transforms === undefined ? {} : { transforms: transforms.map((one) => ({ ...one })) }
}

/** Whose transformation does not want the event. */
function droppedBy({ transforms }: Explanation): 'source' | 'action' | undefined {
  return transforms?.find(({ status }) => status === 'dropped')?.of
}

function problemReason({ problems, transforms }: Explanation): Pick<Delivery, 'reason'> {
  if (problems.length === 0) return {}
  const text = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  const hasFailed = transforms?.some(({ status }) => status === 'failed') === true
  return { reason: { code: hasFailed ? 'TRANSFORM_FAILED' : 'VALUES_INVALID', text } }
}

/** Those that were made when it was sent; before that, those that would be. */
function adjustmentsOf(
  { envelope, attempts }: Traces,
  { id }: Subscription,
  { adjustments }: Explanation,
): Delivery['adjustments'] {
  const [newest] = attempts
  if (newest === undefined) return adjustments.map((one) => ({ ...one }))
  const { lane, chunk, index } = envelope.address
  return (newest.adjustments ?? [])
    .filter(({ address, subscriptionId }) => {
      const isHere = address.lane === lane && address.chunk === chunk && address.index === index
      return isHere && subscriptionId === id
    })
    .map(({ field, text }) => ({ field, text }))
}

function whyNot(traces: Traces, subscription: Subscription) {
  const { id: action, enabled } = subscription
  if (!enabled) return { action, text: 'The action is off.' }
  const explanation = explained(traces, subscription)
  const { trigger, wrong } = explanation
  const dropped = droppedBy(explanation)
  if (dropped !== undefined) return { action, text: `The transformation of the ${dropped} drops it.` }
  if (trigger === undefined) return { action, text: wrong.map(({ problem }) => problem).join('; ') }
  const clauses = trigger.clauses.filter(({ holds }) => !holds)
  const deciding = clauses.length === 0 ? trigger.clauses : clauses
  return { action, text: deciding.map(({ text }) => text).join('; ') }
}
