import { randomUUID } from 'node:crypto'
import type { TestAttempt } from '../../contract/catalogue.ts'
import type { Instance, Subscription } from '../../core/configuration.ts'
import type {
  AnyValues,
  CloudDestination,
  HttpRequest,
  HttpResponse,
  PlannedRequest,
} from '../../core/destination.ts'
import { bodyOf, requestsOf } from '../../core/destination.ts'
import type { SpecEvent } from '../../core/event.ts'
import { type Explanation, explain, shownRequest } from '../../core/explain.ts'
import { compileSubscription, readInstanceSettings } from '../../core/instance.ts'
import { type Mask, maskOf, secretsIn, secretsOf } from '../../core/mask.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import { parseCall } from '../../core/parse-event.ts'
import { defaultMapping, slug } from '../../core/presets.ts'
import { MASK } from '../../core/secret.ts'
import type { ExplainDeps } from './explain-routes.ts'
import { findInstance, invalid } from './request.ts'
import type { AdminRouter } from './router.ts'

export type TestDeps = Pick<ExplainDeps, 'store' | 'catalogue'> & {
  /** Secrets that it had before; nobody knows of any, when left out. */
  readonly former?: { readonly of: (instance: Instance) => readonly string[] } | undefined
  readonly send: (
    request: HttpRequest,
    body: string,
  ) => Promise<
    | { readonly answered: true; readonly response: HttpResponse }
    | { readonly answered: false; readonly reason: Reason }
  >
}
export type TestAnswer = {
  readonly event: SpecEvent
  readonly explanation: Explanation
  /** Empty unless `send` was asked for. */
  readonly attempts: readonly TestAttempt[]
}

/** A test is one event; a destination that goes on for longer has a mistake. */
const STEPS_MAX = 5
const TEST_SOURCE = 'millrace-test'

/**
 * `POST /admin/v1/test`, with `{destination, send?}`: shows the request with which an instance is tried, and with
 * `send: true`, and only then, sends it. `destination` is an id, or `{kind, settings}`. What is sent is one event called
 * "Millrace connection test"; it is in no log and no count.
 */
export function testRoutes({ on }: AdminRouter, { store, catalogue, former, send }: TestDeps): void {
  on('POST /admin/v1/test', async ({ body }): Promise<TestAnswer> => {
    const { send: wanted = false } = body
    const { instance, destination } = findInstance(body.destination, await store.read(), catalogue)
    if (destination.mode === 'web' || destination.test === undefined) {
      throw invalid('destination', `${destination.name} cannot be tried`)
    }
    const { test } = destination
    const now_ms = Date.now()
    const event = testEvent(test, now_ms)
    const subscription = testSubscription(test, destination)
    const context = { now_ms, recall: () => undefined }
    const where = {
      ...instance,
      redact: undefined,
      destination,
      instanceId: instance.id,
      sourceId: TEST_SOURCE,
      context,
    }
    const explanation = explain(event, subscription, where)
    if (!wanted || explanation.requests.length === 0) return { event, explanation, attempts: [] }
    const settings = readInstanceSettings(instance, destination)
    const mask = maskOf([...secretsIn(settings), ...(former?.of(instance) ?? [])])
    const attempts: TestAttempt[] = []
    for (const planned of plan(event, subscription, instance, { destination, settings })) {
      attempts.push(...(await sendAll(planned, destination, { send, mask })))
    }
    return { event, explanation, attempts }
  })
}

type Test = NonNullable<CloudDestination['test']>

function testEvent(test: Test, now_ms: number): SpecEvent {
  const receivedAt = new Date(now_ms).toISOString()
  const around = { receivedAt_ms: now_ms, receivedAt, newMessageId: () => `test-${randomUUID()}` }
  const parsed = parseCall(test.call, undefined, {}, around)
  if (!parsed.ok) throw new Error(`The test call of a destination is wrong: ${parsed.reason}`)
  return parsed.event
}

/** The action as it comes, so that a mistake in a person's own mapping does not look like a wrong App Id. */
function testSubscription(test: Test, { actions }: CloudDestination): Subscription {
  const action = actions[test.action]
  if (action === undefined) throw new Error(`The test of a destination names no action: ${test.action}`)
  const { name } = action
  return {
    id: slug(test.action),
    action: test.action,
    name,
    enabled: true,
    trigger: 'true',
    mapping: defaultMapping(action),
  }
}

function plan(
  event: SpecEvent,
  subscription: Subscription,
  instance: Instance,
  { destination, settings }: { readonly destination: CloudDestination; readonly settings: AnyValues },
) {
  const now_ms = Date.now()
  const handled = compileSubscription(instance.id, subscription, destination).handle({
    kind: 'event',
    sourceId: TEST_SOURCE,
    receivedAt: new Date(now_ms).toISOString(),
    event,
    address: { lane: 0, chunk: 0, index: 0 },
  })
  if (handled.status !== 'ready') return []
  const context = { now_ms, recall: () => undefined }
  return requestsOf(destination.plan([handled.delivery], settings as never, context))
}

async function sendAll(
  planned: PlannedRequest,
  destination: CloudDestination,
  { send, mask: ofSettings }: { readonly send: TestDeps['send']; readonly mask: Mask },
): Promise<readonly TestAttempt[]> {
  const attempts: TestAttempt[] = []
  let { request, judge } = planned
  for (let step = 0; step < STEPS_MAX; step++) {
    const start_ms = Date.now()
    const sent = await send(request, bodyOf(request))
    const now_ms = Date.now()
    const judgement: Judgement = sent.answered
      ? (judge?.(sent.response, now_ms) ?? destination.judge(sent.response, request, now_ms))
      : { status: 'retry', reason: sent.reason }
    const ofRequest = maskOf(secretsOf(request))
    const mask: Mask = (text) => ofSettings(ofRequest(text))
    const body = sent.answered ? sent.response.body : ''
    attempts.push({
      request: shownRequest(request, mask),
      status: sent.answered ? sent.response.status : undefined,
      body: request.isAnswerSecret === true && body !== '' ? MASK : mask(body),
      duration_ms: now_ms - start_ms,
      outcome: judgement.status,
      reason: 'reason' in judgement ? { ...judgement.reason, text: mask(judgement.reason.text) } : undefined,
    })
    if (judgement.status !== 'continue') return attempts
    request = judgement.request
    judge = judgement.judge
  }
  return attempts
}
