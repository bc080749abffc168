import type { EventFindings, Finding } from '../../core/tracking-plan/finding.ts'
import {
  EXAMPLES_KEPT_MAX,
  type FindingStore,
  type HourFinding,
  keyOf,
  together,
} from '../store/plan-findings.ts'

const HOUR_MS = 3_600_000
/** As long as people look back. */
export const FINDINGS_AGE_HOURS_MAX = 168
/** Different ones of a source in an hour: what clients send must not fill the disk. Further ones are counted together. */
export const FINDINGS_AN_HOUR_MAX = 200
/** One transaction for what came meanwhile. A crash forgets the counts of as long. */
const WRITE_EVERY_MS = 5_000
/** Of one answer: more than a page shows. */
const READ_MAX = 50_000
/** Of a name or a place: clients make them up. */
const TEXT_CHARS_MAX = 255
/** Where further ones are counted. */
const OTHERS = { type: '', event: '', kind: 'violation', path: '', rule: '', text: '' } as const

/** What is counted until it is written. */
type Counted = {
  readonly of: Omit<HourFinding, 'count' | 'last_ms' | 'examples'>
  count: number
  last_ms: number
  readonly examples: string[]
}

export type FindingsBookDeps = {
  readonly store: FindingStore
  /** Does something after a while, and not at all once it is called off. */
  readonly later: (ms: number, work: () => void) => { readonly cancel: () => void }
  readonly onTrouble: (error: unknown) => void
}

/** Counts what is not as tracking plans have it: in memory, and from there in the store every few seconds. */
export function findingsBook({ store, later, onTrouble }: FindingsBookDeps) {
  let waiting = new Map<string, Counted>()
  /** Of the hour, by source. */
  let known = new Map<string, Set<string>>()
  let hour_ms = 0
  let timer: { readonly cancel: () => void } | undefined
  let writing: Promise<void> = Promise.resolve()

  function add(given: Finding, { sourceId, type, messageId, ...of }: EventFindings, at_ms: number): void {
    const { kind, rule } = given
    const [path, event] = [storable(given.path), storable(of.event)]
    const finding = { ...given, path, text: storable(given.text) }
    const keys = known.get(sourceId) ?? new Set<string>()
    known.set(sourceId, keys)
    const own = [sourceId, type, event, kind, path, rule].join('\0')
    const isOver = keys.size >= FINDINGS_AN_HOUR_MAX && !keys.has(own)
    const key = `${hour_ms} ${isOver ? sourceId : own}`
    if (!isOver) keys.add(own)
    const counted = waiting.get(key)
    if (counted === undefined) {
      const what = isOver ? OTHERS : { ...finding, type, event }
      const examples = isOver || messageId === undefined ? [] : [messageId]
      waiting.set(key, { of: { ...what, sourceId, hour_ms }, count: 1, last_ms: at_ms, examples })
      return
    }
    counted.count += 1
    counted.last_ms = at_ms
    if (isOver || messageId === undefined) return
    counted.examples.unshift(messageId)
    if (counted.examples.length > EXAMPLES_KEPT_MAX) counted.examples.pop()
  }

  async function writeNow(): Promise<void> {
    if (waiting.size === 0) return
    const found = [...waiting.values()].map(({ of, ...rest }): HourFinding => ({ ...of, ...rest }))
    waiting = new Map()
    await store.addFindings(found)
    await store.trimFindings(hour_ms - FINDINGS_AGE_HOURS_MAX * HOUR_MS)
  }

  /** Resolves when what was told so far is in the store. */
  function write(): Promise<void> {
    timer?.cancel()
    timer = undefined
    writing = writing.then(writeNow).catch(onTrouble)
    return writing
  }

  return {
    tell(found: EventFindings, at_ms: number): void {
      const hour = Math.floor(at_ms / HOUR_MS) * HOUR_MS
      if (hour !== hour_ms) known = new Map()
      hour_ms = hour
      for (const finding of found.findings) add(finding, found, at_ms)
      timer ??= later(WRITE_EVERY_MS, () => void write())
    },
    /** What a source sent since the start of that hour, all of an hour together, the most frequent first. */
    async read(sourceId: string, from_ms: number): Promise<readonly SeenFinding[]> {
      await write()
      return gathered(await store.findings({ sourceId, from_ms, count_max: READ_MAX }))
    },
    stop: write,
  }
}
export type FindingsBook = ReturnType<typeof findingsBook>

/** A finding over the hours in which it was seen, the newest first. */
export type SeenFinding = Finding & {
  readonly type: string
  readonly event: string
  readonly count: number
  readonly first_ms: number
  readonly last_ms: number
  readonly examples: readonly string[]
  readonly hours: readonly { readonly hour_ms: number; readonly count: number }[]
}

/** PostgreSQL takes no text with a NUL in it, and an index no long one. */
function storable(text: string): string {
  return text.slice(0, TEXT_CHARS_MAX).replaceAll('\0', '�').toWellFormed()
}

function gathered(rows: readonly HourFinding[]): readonly SeenFinding[] {
  const groups = Map.groupBy(rows, (row) => keyOf({ ...row, hour_ms: 0 }))
  const seen = [...groups.values()].map((hours): SeenFinding => {
    const { kind, path, rule, text, type, event } = hours[0] as HourFinding
    const sum = hours.reduce((before, after) => together(after, before))
    return {
      ...{ kind, path, rule, text, type, event },
      ...{ count: sum.count, last_ms: sum.last_ms, examples: sum.examples },
      first_ms: Math.min(...hours.map((one) => one.hour_ms)),
      hours: hours.map((one) => ({ hour_ms: one.hour_ms, count: one.count })),
    }
  })
  const name = ({ type, event, path }: SeenFinding) => `${type} ${event} ${path}`
  return seen.toSorted((a, b) => b.count - a.count || name(a).localeCompare(name(b)))
}
