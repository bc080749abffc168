import type { Static } from 'typebox'
import type { ReplayOf } from '../../contract/replay.ts'
import type { Configuration, Instance } from '../../core/configuration.ts'
import type { CloudDestination, Destination } from '../../core/destination.ts'
import { find } from '../../core/edit/sources.ts'
import { AppError } from '../../core/errors.ts'
import { type Redact, redactionOf } from '../../core/redact/redact.ts'
import { compileTrigger } from '../../core/trigger/trigger.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { ReplayPlace, ReplaySelection } from '../ledger/replays.ts'
import type { LogReader } from '../log/log.ts'
import { readTime } from '../lookup/shown.ts'
import { readDeadLetterFilter } from './history-routes.ts'
import { findInstance, invalid } from './request.ts'

/** An event is in the log soon after it was received: the log answers its client first. */
const APPENDED_WITHIN_MS = 60_000
const HEADS_MAX = 5_000

export type Asked = Static<typeof ReplayOf>
export type Frozen = {
  readonly instance: Instance
  readonly destination: CloudDestination
  /** What is done with its events before its triggers see them; undefined: nothing. */
  readonly redact: Redact | undefined
  readonly selection: ReplaySelection
  readonly place: ReplayPlace
  /** Dead letters, or entries of the log, to go through. */
  readonly total: number
}
export type SelectionDeps = {
  readonly ledger: Ledger
  readonly log: LogReader
  readonly catalogue: ReadonlyMap<string, Destination>
  /** Of this installation, for redaction rules that hash. */
  readonly salt?: string
}

/**
 * What a replay goes through, as it is now: what comes later is not part of it.
 *
 * @throws {AppError} NOT_FOUND, QUERY_INVALID, TRIGGER_INVALID, REPLAY_IMPOSSIBLE
 */
export async function freeze(
  deps: SelectionDeps,
  asked: Asked,
  configuration: Configuration,
): Promise<Frozen> {
  const { destination: id, action } = 'events' in asked ? asked.events : asked.deadLetters
  const { instance, destination } = findInstance(id, configuration, deps.catalogue)
  if (destination.mode === 'web') throw impossible('its events are sent by pages')
  if (!instance.enabled) throw impossible('the destination is switched off')
  const is = { instance, destination, redact: redactionOf(instance.redact, deps.salt ?? '') }
  if ('events' in asked) {
    if (action !== undefined) find('action', instance.subscriptions, action)
    return { ...is, ...(await events(deps, asked.events, instance)) }
  }
  const { ids, ...rest } = asked.deadLetters
  const filter = { ...readDeadLetterFilter(rest), ...(ids === undefined ? {} : { ids }) }
  const [newest] = await deps.ledger.deadLetters({ instanceId: id }, { count_max: 1 })
  const selection = { kind: 'dead letters', filter, id_max: newest?.id ?? 0 } as const
  return { ...is, selection, place: { id: 0 }, total: await deps.ledger.deadLetterCount(filter) }
}

async function events(
  { ledger, log }: SelectionDeps,
  asked: Extract<Asked, { events: unknown }>['events'],
  instance: Instance,
): Promise<Pick<Frozen, 'selection' | 'place' | 'total'>> {
  const { source: sourceId, trigger, action: subscriptionId } = asked
  const from_ms = readTime('from', asked.from) ?? 0
  const to_ms = readTime('to', asked.to) ?? 0
  if (to_ms <= from_ms) throw invalid('to', 'must be after `from`')
  if (trigger !== undefined) compileTrigger(trigger)
  const ends = await Promise.all(
    Array.from({ length: log.lanes }, async (_, lane) => {
      return (await ledger.cursor(instance.id, lane)) ?? { chunk: 0, index: 0 }
    }),
  )
  const first = await log.firstAt(from_ms)
  const later = await log.firstAt(to_ms + APPENDED_WITHIN_MS)
  const chunk_end = Math.min(later, Math.max(...ends.map(({ chunk }) => chunk)) + 1)
  const selection: ReplaySelection = {
    ...{ kind: 'events', from_ms, to_ms, ends, chunk_end },
    ...(sourceId === undefined ? {} : { sourceId }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  }
  return { selection, place: { chunk: first, index: 0 }, total: await entries(log, first, chunk_end) }
}

async function entries(log: LogReader, first: number, end: number): Promise<number> {
  let count = 0
  for (let chunk = first - 1; ; ) {
    const heads = await log.headsAfter(chunk, HEADS_MAX)
    for (const head of heads) if (head.chunk < end) count += head.count
    chunk = heads.at(-1)?.chunk ?? end
    if (heads.length < HEADS_MAX || chunk >= end) return count
  }
}

export function impossible(problem: string): AppError {
  return new AppError('REPLAY_IMPOSSIBLE', { problem })
}
