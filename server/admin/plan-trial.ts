import { setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Static } from 'typebox'
import { TRIAL_CHANGES } from '../../contract/catalogue.ts'
import type { ConfigurationPlan } from '../../contract/configuration-files.ts'
import { PLAN_SAMPLES_MAX } from '../../contract/plan-limits.ts'
import type { Configuration, Instance, Subscription } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { addressText, type EventEnvelope } from '../../core/event.ts'
import { type Explanation, explain } from '../../core/explain.ts'
import { type Redact, redactionOf } from '../../core/redact/redact.ts'
import { type ConnectedInstance, connectedInstances } from '../../core/transform/connected.ts'
import type { LogReader } from '../log/log.ts'
import { recentEvents } from './recent-events.ts'
import { changeOf, type TrialChange } from './trial-routes.ts'

/** More are not read by anybody, and each is compiled for each event. */
const ACTIONS_MAX = 100
/** Others on this thread, such as ingest, get a turn after so much work. */
const TURN_MS = 5
/** A person waits no longer. */
const TRIAL_MS_MAX = 20_000

type Tried = NonNullable<Static<typeof ConfigurationPlan>['tried']>
type Deps = {
  readonly log: LogReader
  readonly catalogue: ReadonlyMap<string, Destination>
  /** Of this installation, for redaction rules that hash. */
  readonly salt: string
}
/** An action on one side; undefined where it sends nothing, whatever comes. */
type Side = {
  readonly instance: Instance
  readonly subscription: Subscription
  readonly destination: Destination
  readonly redact: Redact | undefined
}
type Pair = {
  readonly destination: string
  readonly action: string
  readonly name: string
  readonly before: Side | undefined
  readonly after: Side | undefined
}

/** What the newest real events would have become under the actions that are different, beside what they become now. Nothing is sent. */
export async function triedEvents(
  before: Configuration,
  after: Configuration,
  events_max: number,
  deps: Deps,
): Promise<Tried> {
  const all = changedPairs(before, after, deps)
  const pairs = all.slice(0, ACTIONS_MAX)
  const tallies = pairs.map(tally)
  const sources = [
    ...new Set(pairs.flatMap(({ before: old, after: now }) => [...sourcesOf(old), ...sourcesOf(now)])),
  ]
  const began_ms = performance.now()
  let turn_ms = began_ms
  let events = 0
  for await (const envelope of recentEvents(deps.log, sources, events_max)) {
    events += 1
    for (const [index, pair] of pairs.entries()) {
      tallies[index]?.add(envelope, become(envelope, pair.before), become(envelope, pair.after))
      if (performance.now() - turn_ms < TURN_MS) continue
      await setImmediate()
      turn_ms = performance.now()
    }
    if (performance.now() - began_ms > TRIAL_MS_MAX) break
  }
  return { events, actions: tallies.map(({ told }) => told), left: all.length - pairs.length }
}

/** The actions that are new, gone or different, and all of a destination whose settings, sources or switch are. */
function changedPairs(before: Configuration, after: Configuration, deps: Deps): readonly Pair[] {
  const ids = [...new Set([...after.instances, ...before.instances].map(({ id }) => id))]
  return ids.flatMap((id) => {
    const [old, now] = [before, after].map((configuration) =>
      connectedInstances(configuration).find((one) => one.id === id),
    )
    const isAllDifferent = !isDeepStrictEqual(around(old), around(now))
    const both = [...(now?.subscriptions ?? []), ...(old?.subscriptions ?? [])]
    return [...new Set(both.map((one) => one.id))].flatMap((action): Pair[] => {
      const [was, is] = [old, now].map((one) =>
        one?.subscriptions.find((subscription) => subscription.id === action),
      )
      if (!isAllDifferent && isDeepStrictEqual(unnamed(was), unnamed(is))) return []
      const name = (is ?? was)?.name ?? action
      const sides = { before: sideOf(old, was, deps), after: sideOf(now, is, deps) }
      return [{ destination: id, action, name, ...sides }]
    })
  })
}

/** What of an instance decides about all of its actions. */
function around(instance: ConnectedInstance | undefined) {
  if (instance === undefined) return undefined
  const { kind, enabled, sources, consent, redact, settings, sourceTransforms } = instance
  return { kind, enabled, sources: sources.toSorted(), consent, redact, settings, sourceTransforms }
}

function unnamed(subscription: Subscription | undefined) {
  return subscription === undefined ? undefined : { ...subscription, name: '' }
}

function sideOf(
  instance: Instance | undefined,
  subscription: Subscription | undefined,
  { catalogue, salt }: Deps,
): Side | undefined {
  const destination = catalogue.get(instance?.kind ?? '')
  if (instance === undefined || subscription === undefined || destination === undefined) return undefined
  if (!instance.enabled || !subscription.enabled) return undefined
  return { instance, subscription, destination, redact: redactionOf(instance.redact, salt) }
}

function sourcesOf(side: Side | undefined): readonly string[] {
  return side?.instance.sources ?? []
}

function become(envelope: EventEnvelope, side: Side | undefined): Explanation | undefined {
  if (side === undefined || !side.instance.sources.includes(envelope.sourceId)) return undefined
  const { instance, subscription, destination, redact } = side
  return explain(envelope.event, subscription, {
    ...{ destination, settings: instance.settings, instanceId: instance.id, sourceId: envelope.sourceId },
    ...{ consent: instance.consent ?? [], redact },
    context: { now_ms: Date.parse(envelope.receivedAt), recall: () => undefined },
  })
}

function tally({ destination, action, name }: Pair) {
  const counts = Object.fromEntries(TRIAL_CHANGES.map((change) => [change, 0])) as Record<TrialChange, number>
  const told: Tried['actions'][number] = { destination, action, name, counts, samples: [] }
  return {
    told,
    add(
      { address, event }: EventEnvelope,
      before: Explanation | undefined,
      after: Explanation | undefined,
    ): void {
      const change = changeOf(before, after)
      counts[change] += 1
      if (change === 'same' || told.samples.length >= PLAN_SAMPLES_MAX) return
      const text = 'event' in event && typeof event.event === 'string' ? event.event : event.type
      told.samples.push({
        ...{ address: addressText(address), change, event: text },
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      })
    },
  }
}
