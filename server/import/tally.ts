import { shapeProblem } from '../../core/shape.ts'
import { DEFAULT_LIMITS } from '../ingest/ingest.ts'
import { callsOf } from './calls.ts'
import { type CallRules, type MadeCall, makeCall } from './make-call.ts'
import type { ImportRecord } from './place.ts'

/** Of names of events; more are counted together. */
const NAMES_MAX = 10_000

export type DryRunCounts = {
  readonly good: number
  readonly skipped: number
  readonly refused: number
  /** How many say nothing of when they were, lie in the future, and switch destinations off themselves. */
  readonly untimed: number
  readonly future: number
  readonly switching: number
  readonly types: ReadonlyMap<string, number>
  readonly events: ReadonlyMap<string, number>
  readonly oldest: string | undefined
  readonly newest: string | undefined
  readonly firstRefused: readonly { readonly line: number; readonly code: string; readonly reason: string }[]
}

/** Counts what an import would do, by the rules and the usual limits of ingest. Nothing is sent. */
export async function tally(
  records: AsyncIterable<readonly ImportRecord[]>,
  rules: CallRules,
  { now_ms, refused_max }: { readonly now_ms: number; readonly refused_max: number },
): Promise<DryRunCounts> {
  const counts = { good: 0, skipped: 0, refused: 0, untimed: 0, future: 0, switching: 0 }
  const [types, events] = [new Map<string, number>(), new Map<string, number>()]
  const firstRefused: { line: number; code: string; reason: string }[] = []
  let oldest: string | undefined
  let newest: string | undefined

  function refuse(line: number, code: string, reason: string): void {
    counts.refused += 1
    if (firstRefused.length < refused_max) firstRefused.push({ line, code, reason })
  }
  function add(raw: unknown, line: number, index: number): void {
    const made = makeCall(raw, { line, index }, rules, now_ms)
    if (made.status === 'skipped') counts.skipped += 1
    if (made.status === 'refused') refuse(line, made.code, made.reason)
    if (made.status !== 'ready') return
    const over = limitProblem(made.event, made.text)
    if (over !== undefined) refuse(line, ...over)
    else addGood(made)
  }
  function addGood({ event, isUntimed }: Extract<MadeCall, { status: 'ready' }>): void {
    counts.good += 1
    count(types, event.type)
    if (event.type === 'track') count(events, event.event)
    if (Object.values(event.integrations ?? {}).includes(false)) counts.switching += 1
    if (isUntimed) {
      counts.untimed += 1
      return
    }
    const { timestamp } = event
    if (Date.parse(timestamp) > now_ms) counts.future += 1
    if (oldest === undefined || timestamp < oldest) oldest = timestamp
    if (newest === undefined || timestamp > newest) newest = timestamp
  }

  for await (const portion of records) {
    for (const record of portion) {
      if ('value' in record)
        for (const [index, raw] of callsOf(record.value).entries()) add(raw, record.line, index)
      else refuse(record.line, record.code, record.reason)
    }
  }
  return { ...counts, types, events, oldest, newest, firstRefused }
}

function count(counts: Map<string, number>, name: string): void {
  const known = counts.get(name)
  if (known === undefined && counts.size >= NAMES_MAX) return
  counts.set(name, (known ?? 0) + 1)
}

/** What a server would refuse unless its limits are others. */
function limitProblem(event: unknown, text: string): [code: string, reason: string] | undefined {
  const { event_bytes_max, event_levels_max, event_keys_max } = DEFAULT_LIMITS
  const bytes = Buffer.byteLength(text)
  if (bytes > event_bytes_max) {
    return ['EVENT_TOO_LARGE', `The call has ${bytes} bytes; at most ${event_bytes_max} are allowed.`]
  }
  switch (shapeProblem(event, { levels_max: event_levels_max, keys_max: event_keys_max })) {
    case 'deep':
      return [
        'EVENT_TOO_DEEP',
        `The call is nested too deeply: at most ${event_levels_max} levels are allowed.`,
      ]
    case 'many':
      return ['EVENT_TOO_MANY_KEYS', `The call has too many names: at most ${event_keys_max} are allowed.`]
    case undefined:
      return undefined
  }
}
