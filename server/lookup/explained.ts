import type { Subscription } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { AppError } from '../../core/errors.ts'
import type { SpecEvent } from '../../core/event.ts'
import { type Explanation, explain } from '../../core/explain.ts'
import { redactionOf } from '../../core/redact/redact.ts'
import { type ConnectedInstance, hasTransforms } from '../../core/transform/connected.ts'
import type { Transformings } from '../../core/transform/transforming.ts'

/**
 * How long one question may take, milliseconds: a transformation may run for a quarter of a second for each of thousands
 * of events. Events that are left over are not answered.
 */
export const EXPLAIN_MS_MAX = 2_000
/** Work between two turns for others on this thread, milliseconds. */
const TURN_MS = 10

export type ExplainedEvent = {
  readonly event: SpecEvent
  readonly sourceId: string
  readonly now_ms: number
}
export type ExplainAsked = {
  readonly instance: ConnectedInstance
  readonly subscriptions: readonly Subscription[]
  readonly events: readonly ExplainedEvent[]
}
/** For each event, in order, what it becomes for each subscription. It may end before the events do. */
export type Explained = readonly (readonly Explanation[])[]
export type Explains = (asked: ExplainAsked) => Promise<Explained>

export type ExplainDeps = {
  readonly catalogue: ReadonlyMap<string, Destination>
  /** Of this installation, for redaction rules that hash. */
  readonly salt?: string
  /** Left out, an instance with transformations is refused. */
  readonly transformings?: Pick<Transformings, 'engine' | 'of'>
  readonly clock_ms: () => number
}

/** What events would become for actions, with the transformations of their sources and of the actions. Nothing is sent. */
export async function explained(deps: ExplainDeps, asked: ExplainAsked): Promise<Explained> {
  const { instance, subscriptions, events } = asked
  const destination = deps.catalogue.get(instance.kind)
  if (destination === undefined) throw new AppError('NOT_FOUND', { kind: instance.kind })
  const transforming = await deps.transformings?.of({ ...instance, subscriptions })
  const where = {
    ...{ destination, settings: instance.settings, instanceId: instance.id, name: instance.name },
    ...{ consent: instance.consent ?? [], redact: redactionOf(instance.redact, deps.salt ?? '') },
    ...(transforming === undefined ? {} : { transforming }),
  }
  try {
    return await inTurns(deps.clock_ms, events, ({ event, sourceId, now_ms }) => {
      // Nothing is recalled: what would be left out because it is known already is shown as sent.
      const context = { now_ms, recall: () => undefined }
      return subscriptions.map((one) => explain(event, one, { ...where, sourceId, context }))
    })
  } finally {
    transforming?.end()
  }
}

/** Explains here what is explained at once, and elsewhere what runs transformations: they may take their time. */
export function explaining(deps: ExplainDeps, elsewhere: Explains): Explains {
  return (asked) => {
    const { instance, subscriptions } = asked
    return hasTransforms({ ...instance, subscriptions }) ? elsewhere(asked) : explained(deps, asked)
  }
}

/** Answers one after the other, until the time is over, and lets others have their turns. */
export async function inTurns<Given, Answer>(
  clock_ms: () => number,
  all: readonly Given[],
  answer: (given: Given) => Answer,
): Promise<readonly Answer[]> {
  const begun_ms = clock_ms()
  let turn_ms = begun_ms
  const answers: Answer[] = []
  for (const given of all) {
    if (clock_ms() - begun_ms > EXPLAIN_MS_MAX) break
    answers.push(answer(given))
    if (clock_ms() - turn_ms < TURN_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    turn_ms = clock_ms()
  }
  return answers
}
