import { setImmediate } from 'node:timers/promises'
import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import type { Subscription } from '../../core/configuration.ts'
import { addressText, type EventEnvelope } from '../../core/event.ts'
import type { Explanation } from '../../core/explain.ts'
import { switchedOffText } from '../../core/integrations.ts'
import type { Reason } from '../../core/outcome.ts'
import { compileRange } from '../../core/replay-range.ts'
import type { StoredDeadLetter } from '../ledger/ledger.ts'
import type { ReplaySelection } from '../ledger/replays.ts'
import { readEnvelopes } from '../log/envelope.ts'
import type { LogReader } from '../log/log.ts'
import { eventOf } from './history-routes.ts'
import type { DryRunDeps, Frozen } from './replay-selection.ts'

/** The newest of them are tried. */
const TRIED_MAX = 200
/** So many entries of the log are looked at for them. */
const SEARCHED_MAX = 5_000
const SAMPLES_OF_EACH_MAX = 5
const REASONS_MAX = 20
/** Events between two turns for others on this thread. */
const STEP_count = 20

type DryRun = AnswerOf<Routes['POST /admin/v1/replays/dry-run']>
type Fate = 'accepted' | 'refused' | 'skipped'
type After = { readonly id: string; readonly name: string } & Explanation
type Trial = {
  readonly address: EventEnvelope['address']
  readonly messageId: string
  readonly before?: StoredDeadLetter
  readonly after: readonly After[]
  /** When there is nothing to explain. */
  readonly reason?: Reason
}

/** What a replay would do with the newest of what it goes through. Nothing is sent or stored. */
export async function dryRun(deps: DryRunDeps, frozen: Frozen): Promise<DryRun> {
  const { selection, destination, total } = frozen
  const tally = dryTally()
  const trials = selection.kind === 'events' ? ofEvents(deps, frozen, selection) : ofLetters(deps, frozen)
  const overwriting = new Set<string>()
  let tried = 0
  for await (const trial of trials) {
    tried += 1
    if (tried % STEP_count === 0) await setImmediate()
    tally.add(trial)
    for (const { id, requests } of trial.after) {
      const action = frozen.instance.subscriptions.find((one) => one.id === id)?.action ?? ''
      if (requests.length > 0 && destination.actions[action]?.overwrites === true) overwriting.add(id)
    }
  }
  const warnings = [...overwriting].map(
    (id) =>
      `"${id}" writes properties: where ${destination.name} has learned newer values since, the older ones take their place.`,
  )
  return { total, tried, ...tally.counts(), warnings }
}

async function* ofLetters(deps: DryRunDeps, frozen: Frozen): AsyncGenerator<Trial> {
  const { ledger, log } = deps
  const { selection, instance } = frozen
  if (selection.kind !== 'dead letters') return
  const letters = await ledger.deadLetters(selection.filter, { count_max: TRIED_MAX })
  for (const before of letters) {
    const { address, messageId, subscriptionId } = before
    const envelope = await eventOf(log, before)
    const subscription = instance.subscriptions.find(({ id, enabled }) => id === subscriptionId && enabled)
    const is = { address, messageId, before, after: [] }
    if (envelope === undefined) {
      yield { ...is, reason: { code: 'EVENT_GONE', text: 'The log does not have its event any more.' } }
    } else if (subscription === undefined) {
      const text = `"${subscriptionId}" is off or removed.`
      yield { ...is, reason: { code: 'SUBSCRIPTION_GONE', text } }
    } else yield { ...is, after: await explained(deps, frozen, envelope, [subscription]) }
  }
}

async function* ofEvents(
  deps: DryRunDeps,
  frozen: Frozen,
  selection: Extract<ReplaySelection, { kind: 'events' }>,
): AsyncGenerator<Trial> {
  const { instance, place } = frozen
  const { subscriptionId, chunk_end } = selection
  const subscriptions = instance.subscriptions.filter(
    ({ id, enabled }) => enabled && (subscriptionId === undefined || id === subscriptionId),
  )
  const wants = compileRange(selection, new Set(instance.sources))
  const first = 'chunk' in place ? place.chunk : 0
  let tried = 0
  for await (const envelope of backwards(deps.log, first, chunk_end)) {
    if (!wants(envelope)) continue
    const after = await explained(deps, frozen, envelope, subscriptions)
    yield { address: envelope.address, messageId: envelope.event.messageId, after }
    tried += 1
    if (tried === TRIED_MAX) return
  }
}

async function* backwards(log: LogReader, first: number, end: number): AsyncGenerator<EventEnvelope> {
  let searched = 0
  let before = end
  for (;;) {
    const chunks = await log.newest(8, before)
    for (const chunk of chunks) {
      if (chunk.chunk < first) return
      for (const envelope of readEnvelopes(chunk).toReversed()) {
        searched += 1
        if (envelope.kind === 'event') yield envelope
        if (searched === SEARCHED_MAX) return
      }
      before = chunk.chunk
      await setImmediate()
    }
    if (chunks.length === 0) return
  }
}

async function explained(
  { explain }: DryRunDeps,
  { instance }: Frozen,
  { event, sourceId, receivedAt }: EventEnvelope,
  subscriptions: readonly Subscription[],
): Promise<readonly After[]> {
  const events = [{ event, sourceId, now_ms: Date.parse(receivedAt) }]
  const [explanations = []] = await explain({ instance, subscriptions, events })
  return subscriptions.flatMap(({ id, name }, index) => {
    const explanation = explanations[index]
    return explanation === undefined ? [] : [{ id, name, ...explanation }]
  })
}

function fateOf({ wrong, consent, switchedOff, trigger, problems, requests, end }: Explanation): Fate {
  if (wrong.length > 0) return 'refused'
  if (switchedOff !== undefined) return 'skipped'
  if (trigger?.matches === false || (consent?.missing.length ?? 0) > 0) return 'skipped'
  if (problems.length > 0 || end?.status === 'rejected') return 'refused'
  return requests.length > 0 ? 'accepted' : 'skipped'
}

function reasonOf(explanation: Explanation): Reason | undefined {
  const { wrong, consent, switchedOff, trigger, transforms, problems, end } = explanation
  const [first] = wrong
  if (first !== undefined)
    return { code: 'CONFIG_INVALID', text: `${first.at.join(' › ')}: ${first.problem}` }
  if ((consent?.missing.length ?? 0) > 0) {
    return { code: 'CONSENT_MISSING', text: `The person has not allowed ${consent?.missing.join(', ')}.` }
  }
  if (switchedOff !== undefined) return { code: 'INTEGRATION_OFF', text: switchedOffText(switchedOff) }
  if (trigger?.matches === false)
    return { code: 'SUBSCRIPTION_GONE', text: 'The trigger does not match any more.' }
  if (problems.length > 0) {
    const text = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
    const hasFailed = transforms?.some(({ status }) => status === 'failed') === true
    return { code: hasFailed ? 'TRANSFORM_FAILED' : 'VALUES_INVALID', text }
  }
  if (transforms?.some(({ status }) => status === 'dropped') === true)
    return { code: 'SUBSCRIPTION_GONE', text: 'A transformation drops the event.' }
  return end?.status === 'rejected' ? end.reason : undefined
}

/** An event's fate is its best action's: one that any action sends is sent. */
const BEST: readonly Fate[] = ['accepted', 'refused', 'skipped']

function dryTally() {
  const counts = { accepted: 0, refused: 0, skipped: 0 }
  const reasons = new Map<string, Reason & { readonly count: number }>()
  const samples: DryRun['samples'][number][] = []
  return {
    add({ address, messageId, before, after, reason }: Trial): void {
      const fates = after.map(fateOf)
      const fate = BEST.find((one) => fates.includes(one)) ?? 'skipped'
      counts[fate] += 1
      const why = reason ?? after.map(reasonOf).find((one) => one !== undefined)
      if (fate !== 'accepted' && why !== undefined) {
        const key = JSON.stringify(why)
        reasons.set(key, { ...why, count: (reasons.get(key)?.count ?? 0) + 1 })
      }
      if (counts[fate] > SAMPLES_OF_EACH_MAX) return
      const requestBody = before?.request?.body
      samples.push({
        ...{ address: addressText(address), messageId, after },
        ...(before === undefined
          ? {}
          : { before: { reason: before.reason, ...(requestBody === undefined ? {} : { requestBody }) } }),
      })
    },
    counts() {
      const sorted = [...reasons.values()].sort((a, b) => b.count - a.count).slice(0, REASONS_MAX)
      return { ...counts, reasons: sorted, samples }
    },
  }
}
