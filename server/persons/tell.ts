import { nextDelay_ms } from '../../core/backoff.ts'
import type { Instance, Subscription } from '../../core/configuration.ts'
import {
  bodyOf,
  type CloudDestination,
  type Destination,
  type PlannedRequest,
} from '../../core/destination.ts'
import type { EventEnvelope, Json, SpecEvent } from '../../core/event.ts'
import { type BoundDelivery, compileSubscription, readInstanceSettings } from '../../core/instance.ts'
import type { Judgement } from '../../core/outcome.ts'
import type { Told } from '../../core/persons/deletion.ts'
import type { PersonIds } from '../../core/persons/person.ts'
import { defaultMapping, slug } from '../../core/presets.ts'

/** A receiver that goes on for longer in one visit has a mistake. */
const STEPS_MAX = 8
const RETRY_MS_MAX = 3_600_000
/** Stands for the person once the receiver has its own number of the deletion: that is all it is asked by. */
const ERASED = 'millrace-erased'
const SOURCE = 'millrace-deletion'

export type TellDeps = {
  readonly send: (
    request: PlannedRequest['request'],
    body: string,
  ) => Promise<
    | { readonly answered: true; readonly response: Parameters<CloudDestination['judge']>[0] }
    | { readonly answered: false; readonly reason: { readonly text: string } }
  >
  readonly now_ms: () => number
  readonly random: () => number
}

/** Whether a destination can be asked to delete somebody. */
export function canDelete(destination: Destination | undefined): destination is CloudDestination {
  return destination?.mode === 'cloud' && destination.deletes !== undefined
}

export function untold(destination: string, now_ms: number): Told {
  return {
    ...{ destination, state: 'waiting', requestIds: [], open: [], text: 'Not asked yet.' },
    ...{ tries: 0, due_ms: now_ms, at_ms: now_ms },
  }
}

/** Needs the person's ids no more: it was asked, or has refused. */
export function isTold({ state }: Told): boolean {
  return state !== 'waiting'
}
export function isOver({ state }: Told): boolean {
  return state === 'done' || state === 'refused'
}

/**
 * Takes the next step of a deletion at a destination: asks for it, or asks whether it has ended. Not through the log: what
 * is to be deleted must not come into it again. What fails is tried again, for as long as it takes.
 */
export async function tell(
  deps: TellDeps,
  instance: Instance,
  destination: CloudDestination,
  ids: PersonIds | undefined,
  told: Told,
): Promise<Told> {
  const now = deps.now_ms()
  const answers: Judgement[] = []
  try {
    const deliveries =
      told.state === 'waiting' && ids !== undefined
        ? deliveriesOf(instance, destination, ids, now)
        : told.open.map((state) => bound(destination, instance, { identity: ERASED }, ERASED, now, state))
    const settings = readInstanceSettings(instance, destination)
    const planned = destination.plan(deliveries, settings as never, { now_ms: now, recall: () => undefined })
    for (const one of planned) {
      if ('request' in one) answers.push(await visit(deps, destination, one))
      else if (one.end.status === 'rejected') answers.push({ status: 'refused', reason: one.end.reason })
    }
  } catch (error) {
    answers.push({ status: 'refused', reason: { code: 'PLAN_FAILED', text: String(error) } })
  }
  return summed(told, answers, deps)
}

function summed(told: Told, answers: readonly Judgement[], { now_ms, random }: TellDeps): Told {
  const at_ms = now_ms()
  const retry = answers.find(({ status }) => status === 'retry')
  if (retry !== undefined && 'reason' in retry) {
    const tries = told.tries + 1
    const due_ms = at_ms + nextDelay_ms(tries, random, { cap_ms: RETRY_MS_MAX })
    return { ...told, tries, due_ms, at_ms, text: retry.reason.text }
  }
  const later = answers.filter((one) => one.status === 'later')
  const open = later.flatMap(({ state }) => (state === undefined || state === null ? [] : [state]))
  const requestIds = [...new Set([...told.requestIds, ...open.map(String)])]
  const common = { ...told, at_ms, requestIds, open, tries: 0 }
  if (later.length > open.length) {
    // It began nothing: its token was over before it was used.
    return { ...told, at_ms, due_ms: at_ms + (later[0]?.wait_ms ?? RETRY_MS_MAX), text: 'It is asked again.' }
  }
  if (later.length > 0) {
    const due_ms = at_ms + Math.max(...later.map(({ wait_ms }) => wait_ms))
    return { ...common, state: 'asked', due_ms, text: 'It has taken the deletion, and works on it.' }
  }
  const refused = answers.filter((one) => one.status === 'refused')
  const isDone = answers.some(({ status }) => status === 'delivered')
  const texts = [...new Set(refused.map(({ reason }) => reason.text))]
  if (isDone) return { ...common, state: 'done', text: ['It has deleted the person.', ...texts].join(' ') }
  return { ...common, state: 'refused', text: texts.join(' ') || 'It knows nobody by these ids.' }
}

async function visit(
  { send, now_ms }: TellDeps,
  destination: CloudDestination,
  planned: PlannedRequest,
): Promise<Judgement> {
  let { request, judge } = planned
  for (let step = 0; step < STEPS_MAX; step++) {
    const sent = await send(request, bodyOf(request))
    if (!sent.answered) {
      return { status: 'retry', reason: { code: 'DESTINATION_UNREACHABLE', text: sent.reason.text } }
    }
    const judged = judge?.(sent.response, now_ms()) ?? destination.judge(sent.response, request, now_ms())
    if (judged.status !== 'continue') return judged
    request = judged.request
    judge = judged.judge
  }
  return {
    status: 'refused',
    reason: { code: 'PLAN_FAILED', text: 'It asks for one request after the other.' },
  }
}

/** One for each id, made by the mapping of the destination's own action where it has one. */
function deliveriesOf(
  instance: Instance,
  destination: CloudDestination,
  { userIds, anonymousIds }: PersonIds,
  now_ms: number,
): readonly BoundDelivery[] {
  const { handle } = compileSubscription(instance.id, subscriptionOf(instance, destination), destination)
  const people = [
    ...userIds.map((userId) => ({ userId })),
    ...anonymousIds.map((anonymousId) => ({ anonymousId })),
  ]
  return people.flatMap((person, index) => {
    const handled = handle(envelopeOf(person, `deletion-${index}`, now_ms))
    return handled.status === 'ready' ? [handled.delivery] : []
  })
}

function subscriptionOf({ subscriptions }: Instance, destination: CloudDestination): Subscription {
  const action = destination.deletes as string
  const own = subscriptions.find((one) => one.action === action)
  const definition = destination.actions[action]
  if (definition === undefined) throw new Error(`${destination.kind} has no action ${action}`)
  const { name } = definition
  const mapping = own?.mapping ?? defaultMapping(definition)
  return { id: slug(action), action, name, enabled: true, trigger: 'true', mapping }
}

function envelopeOf(person: object, messageId: string, now_ms: number): EventEnvelope {
  const timestamp = new Date(now_ms).toISOString()
  const event = { type: 'track', event: 'User Deleted', messageId, timestamp, ...person } as SpecEvent
  return {
    ...{ kind: 'event', sourceId: SOURCE, receivedAt: timestamp, event },
    address: { lane: 0, chunk: 0, index: 0 },
  }
}

function bound(
  destination: CloudDestination,
  instance: Instance,
  values: object,
  messageId: string,
  now_ms: number,
  state: Json,
): BoundDelivery {
  const action = destination.deletes as string
  const envelope = envelopeOf({ userId: ERASED }, messageId, now_ms)
  const key = { idempotencyKey: `mr1:${SOURCE}:${instance.id}`, subscriptionId: slug(action) }
  return { action, values, ...key, envelope, state } as unknown as BoundDelivery
}
