import type { Kysely } from 'kysely'
import type { Finding } from '../../core/tracking-plan/finding.ts'
import type { Tables } from './schema.ts'

/** A finding in one hour of a source's events of a type and name. */
export type HourFinding = Finding & {
  readonly sourceId: string
  /** The start of the hour. */
  readonly hour_ms: number
  readonly type: string
  /** Empty for calls that have none. */
  readonly event: string
  readonly count: number
  readonly last_ms: number
  /** messageIds of the newest ones. */
  readonly examples: readonly string[]
}
/** Of one finding in one hour. */
export const EXAMPLES_KEPT_MAX = 3

/** The part of the store that counts what was not as a tracking plan has it. */
export type FindingStore = {
  /** Adds to what is there of the same hour, all or nothing; its words, its time and its examples are the newer ones. */
  readonly addFindings: (found: readonly HourFinding[]) => Promise<void>
  /** Of a source, from the hour on, the newest hours first. */
  readonly findings: (filter: {
    readonly sourceId: string
    readonly from_ms: number
    readonly count_max: number
  }) => Promise<readonly HourFinding[]>
  /** Forgets the hours before. */
  readonly trimFindings: (before_ms: number) => Promise<void>
}

type Row = Tables['plan_findings']
const KEY = ['source_id', 'hour_ms', 'type', 'event', 'kind', 'path', 'rule'] as const

export function findingTable(db: Kysely<Tables>): FindingStore {
  return {
    async addFindings(found) {
      await db.transaction().execute(async (transaction) => {
        for (const row of found.map(rowOf)) {
          await transaction
            .insertInto('plan_findings')
            .values(row)
            .onConflict((conflict) =>
              conflict.columns(KEY).doUpdateSet(({ eb, ref }) => ({
                ...{ text: row.text, last_ms: row.last_ms, examples: row.examples },
                count: eb(ref('plan_findings.count'), '+', row.count),
              })),
            )
            .execute()
        }
      })
    },
    async findings({ sourceId, from_ms, count_max }) {
      const rows = await db
        .selectFrom('plan_findings')
        .selectAll()
        .where('source_id', '=', sourceId)
        .where('hour_ms', '>=', from_ms)
        .orderBy('hour_ms', 'desc')
        .limit(count_max)
        .execute()
      return rows.map(findingOf)
    },
    async trimFindings(before_ms) {
      await db.deleteFrom('plan_findings').where('hour_ms', '<', before_ms).execute()
    },
  }
}

/** For `memoryStore`. */
export function findingMap(): FindingStore {
  let kept = new Map<string, HourFinding>()
  return {
    async addFindings(found) {
      for (const one of found) {
        const key = keyOf(one)
        const before = kept.get(key)
        kept.set(key, { ...one, count: one.count + (before?.count ?? 0) })
      }
    },
    async findings({ sourceId, from_ms, count_max }) {
      return [...kept.values()]
        .filter((one) => one.sourceId === sourceId && one.hour_ms >= from_ms)
        .toSorted((a, b) => b.hour_ms - a.hour_ms)
        .slice(0, count_max)
    },
    async trimFindings(before_ms) {
      kept = new Map([...kept].filter(([, { hour_ms }]) => hour_ms >= before_ms))
    },
  }
}

/** What makes a finding of an hour the same one. */
export function keyOf(one: Omit<HourFinding, 'count' | 'last_ms' | 'examples'>): string {
  const { sourceId, hour_ms, type, event, kind, path, rule } = one
  return JSON.stringify([sourceId, hour_ms, type, event, kind, path, rule])
}

/** Both as one. */
export function together(before: HourFinding, after: HourFinding): HourFinding {
  const examples = [...after.examples, ...before.examples]
  return {
    ...after,
    count: before.count + after.count,
    last_ms: Math.max(before.last_ms, after.last_ms),
    examples: [...new Set(examples)].slice(0, EXAMPLES_KEPT_MAX),
  }
}

function rowOf({ sourceId, examples, ...rest }: HourFinding): Row {
  return { source_id: sourceId, ...rest, examples: JSON.stringify(examples) }
}

function findingOf({ source_id, examples, kind, ...rest }: Row): HourFinding {
  return {
    ...rest,
    sourceId: source_id,
    kind: kind as HourFinding['kind'],
    examples: JSON.parse(examples) as readonly string[],
  }
}
