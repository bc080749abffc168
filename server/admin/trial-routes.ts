import { setImmediate } from 'node:timers/promises'
import { TRIAL_CHANGES } from '../../contract/catalogue.ts'
import type { Destination } from '../../core/destination.ts'
import { find } from '../../core/edit/sources.ts'
import { addressText, type EventEnvelope, type SpecEvent } from '../../core/event.ts'
import type { Explanation } from '../../core/explain.ts'
import { withSourceTransforms } from '../../core/transform/connected.ts'
import type { Match } from '../../core/trigger/closures.ts'
import { compileTrigger } from '../../core/trigger/trigger.ts'
import type { LogReader } from '../log/log.ts'
import type { Explains } from '../lookup/explained.ts'
import type { Lookups } from '../lookup/lookups.ts'
import type { Store } from '../store/store.ts'
import { asTriggersSee } from './as-triggers-see.ts'
import { findSubscriptions } from './explain-routes.ts'
import { recentEvents } from './recent-events.ts'
import { findInstance } from './request.ts'
import type { AdminRouter } from './router.ts'

const SAMPLES_OF_EACH_MAX = 20
/** So many events are looked at for samples of a trigger that matches few. */
const SEARCHED_MAX = 5_000
/** Events between two turns for others on this thread. */
const STEP_count = 50

export type TrialDeps = {
  readonly store: Store
  readonly log: LogReader
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly explain: Explains
  readonly transformTrial: Lookups['transformTrial']
}
export type TrialChange = (typeof TRIAL_CHANGES)[number]

/** What the last real events would have become, and which of them a trigger matches. Nothing is sent or stored. */
export function trialRoutes({ on }: AdminRouter, deps: TrialDeps): void {
  const { store, log, catalogue, explain, transformTrial } = deps
  on('POST /admin/v1/trials', async ({ body }) => {
    const configuration = await store.read()
    const { instance, destination } = findInstance(body.destination, configuration, catalogue)
    const [after] = findSubscriptions(body.action, instance, destination)
    const replaced = typeof body.action === 'string' ? body.action : body.action.id
    const before = replaced === undefined ? undefined : find('action', instance.subscriptions, replaced)
    // An action that is off sends nothing now; one that is being written would be on.
    const was = before?.enabled === true ? [before] : []
    const subscriptions = [...was, ...(after === undefined ? [] : [after])]
    const tried = withSourceTransforms(instance, configuration.sources)
    const tally = trialTally()
    let events = 0
    const recent = recentEvents(log, body.sources ?? instance.sources, body.events_max ?? 1_000)
    for await (const envelopes of inSteps(recent)) {
      const all = await explain({ instance: tried, subscriptions, events: envelopes.map(asExplained) })
      for (const [index, explanations] of all.entries()) {
        const is = explanations.at(-1)
        const envelope = envelopes[index]
        if (is === undefined || envelope === undefined) continue
        tally.add(envelope, was.length === 0 ? undefined : explanations[0], is)
        events += 1
      }
      // The rest would take too long: a transformation is slow.
      if (all.length < envelopes.length) break
      await setImmediate()
    }
    return { events, counts: tally.counts, samples: tally.samples }
  })
  on('POST /admin/v1/samples', async ({ body: { sources, trigger, limit = 20, counted_max = 0 } }) => {
    const match: Match = trigger === undefined ? () => true : compileTrigger(trigger)
    const configured = (await store.read()).sources
    const transforms = new Map(
      configured.flatMap(({ id, transform }) => (transform === undefined ? [] : [[id, transform]])),
    )
    const events: { address: string; sourceId: string; receivedAt: string; event: SpecEvent }[] = []
    const counted = { events: 0, matches: 0 }
    const searched_max = Math.max(SEARCHED_MAX, counted_max)
    let searched = 0
    for await (const envelopes of inSteps(recentEvents(log, sources, searched_max))) {
      const seen = await asTriggersSee(envelopes, transforms, transformTrial)
      for (const [index, { address, sourceId, receivedAt, event }] of envelopes.entries()) {
        if (events.length >= limit && searched >= counted_max) break
        searched += 1
        const isCounted = searched <= counted_max
        const comes = seen[index]
        const matches = comes !== undefined && match(comes)
        if (isCounted) counted.events += 1
        if (isCounted && matches) counted.matches += 1
        if (matches && events.length < limit) {
          events.push({ address: addressText(address), sourceId, receivedAt, event })
        }
      }
      if (events.length >= limit && searched >= counted_max) break
      await setImmediate()
    }
    return { searched, events, ...(counted_max === 0 ? {} : { counted }) }
  })
}

export function asExplained({ event, sourceId, receivedAt }: EventEnvelope) {
  return { event, sourceId, now_ms: Date.parse(receivedAt) }
}

export async function* inSteps(
  envelopes: AsyncIterable<EventEnvelope>,
): AsyncGenerator<readonly EventEnvelope[]> {
  let step: EventEnvelope[] = []
  for await (const envelope of envelopes) {
    step.push(envelope)
    if (step.length < STEP_count) continue
    yield step
    step = []
  }
  if (step.length > 0) yield step
}

type Sample = {
  address: string
  change: TrialChange
  event: string
  before?: Explanation
  after: Explanation
}

function trialTally() {
  const counts = Object.fromEntries(TRIAL_CHANGES.map((change) => [change, 0])) as Record<TrialChange, number>
  const samples: Sample[] = []
  return {
    counts,
    samples,
    add({ address, event }: EventEnvelope, before: Explanation | undefined, after: Explanation): void {
      const change = changeOf(before, after)
      counts[change] += 1
      if (counts[change] > SAMPLES_OF_EACH_MAX) return
      const text = 'event' in event && typeof event.event === 'string' ? event.event : event.type
      samples.push({
        ...{ address: addressText(address), change, event: text },
        ...(before === undefined ? {} : { before }),
        after,
      })
    },
  }
}

function sentText(explanation: Explanation | undefined): string {
  return JSON.stringify([explanation?.requests, explanation?.calls])
}

type Fate = 'not sent' | 'sent' | 'refused'

/** What a person looks for in a change: what goes out now and did not, and the other way round. */
export function changeOf(before: Explanation | undefined, after: Explanation | undefined): TrialChange {
  const [was, is] = [fateOf(before), fateOf(after)]
  if (is === 'refused') return was === 'refused' ? 'same' : 'newly refused'
  if (was === 'refused') return is === 'sent' ? 'no longer refused' : 'no longer sent'
  if (was !== is) return is === 'sent' ? 'newly sent' : 'no longer sent'
  return is === 'not sent' || sentText(before) === sentText(after) ? 'same' : 'changed'
}

function fateOf(explanation: Explanation | undefined): Fate {
  if (explanation === undefined) return 'not sent'
  const { wrong, consent, switchedOff, trigger, transforms, problems, end } = explanation
  if (wrong.length > 0) return 'refused'
  if (switchedOff !== undefined) return 'not sent'
  // Without a trigger the event never came to it: its source dropped it, or failed.
  if (trigger?.matches === false || (consent?.missing.length ?? 0) > 0) return 'not sent'
  if (problems.length > 0 || end?.status === 'rejected') return 'refused'
  return transforms?.some(({ status }) => status === 'dropped') === true ? 'not sent' : 'sent'
}
