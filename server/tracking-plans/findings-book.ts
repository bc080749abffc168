import type { EventFindings, Finding } from '../../core/tracking-plan/finding.ts'
import { type FindingStore, type HourFinding, keyOf, together } from '../store/plan-findings.ts'

const HOUR_MS = 3_600_000
/** As long as people look back. */
export const FINDINGS_AGE_HOURS_MAX = 168
/** Different ones of a source in an hour: what clients send must not fill the disk. Further ones are counted together. */
export const FINDINGS_AN_HOUR_MAX = 200
/** One transaction for what came meanwhile. A crash forgets the counts of as long. */
const WRITE_EVERY_MS = 5_000
/** Of one answer: more than a page shows. */
const READ_MAX = 50_000
/** Where further ones are counted. */
const OTHERS = { type: '', event: '', kind: 'violation', path: '', rule: '', text: '' } as const

export type FindingsBookDeps = {
  readonly store: FindingStore
  /** Does something after a while, and not at all once it is called off. */
  readonly later: (ms: number, work: () => void) => { readonly cancel: () => void }
  readonly onTrouble: (error: unknown) => void
}

/** Counts what is not as tracking plans have it: in memory, and from there in the store every few seconds. */
export function findingsBook({ store, later, onTrouble }: FindingsBookDeps) {
  let waiting = new Map<string, HourFinding>()
  let known = new Map<string, Set<string>>()
  let hour_ms = 0
  let timer: { readonly cancel: () => void } | undefined
  let writing: Promise<void> = Promise.resolve()

  function add(one: HourFinding): void {
    const keys = known.get(one.sourceId) ?? new Set<string>()
    known.set(one.sourceId, keys)
    const isOver = !keys.has(keyOf(one)) && keys.size >= FINDINGS_AN_HOUR_MAX
    const finding = isOver ? { ...one, ...OTHERS, examples: [] } : one
    const key = keyOf(finding)
    if (!isOver) keys.add(key)
    const before = waiting.get(key)
    waiting.set(key, before === undefined ? finding : together(before, finding))
  }

  async function writeNow(): Promise<void> {
    if (waiting.size === 0) return
    const found = [...waiting.values()]
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
    tell({ sourceId, type, event, messageId, findings }: EventFindings, at_ms: number): void {
      const hour = Math.floor(at_ms / HOUR_MS) * HOUR_MS
      if (hour !== hour_ms) known = new Map()
      hour_ms = hour
      const examples = messageId === undefined ? [] : [messageId]
      for (const finding of findings) {
        add({ ...finding, sourceId, hour_ms, type, event, count: 1, last_ms: at_ms, examples })
      }
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
  return seen.toSorted((a, b) => b.count - a.count)
}
