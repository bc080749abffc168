import type { SqlRun } from '../../core/sql/run.ts'
import type { EventFindings } from '../../core/tracking-plan/finding.ts'

/** What is counted of a source in memory, from the start of the process on. Ids of sources bound it: each is one of the configuration's. */
export type SourceFigures = {
  /** By how they ended: `done`, `failed`, `stopped`, `cut off`. */
  readonly runs: Readonly<Record<string, number>>
  /** By what became of them: `accepted`, `duplicate`, `refused`. */
  readonly rows: Readonly<Record<string, number>>
  /** Whether the last run that came to an end by itself was well; undefined before one did. */
  readonly isWell: boolean | undefined
  /** By what kind of finding it is. */
  readonly findings: Readonly<Record<string, number>>
}

/** Counts what databases that are sources brought, and what tracking plans found. */
export function sourceCounts() {
  const sources = new Map<string, Counts>()
  const of = (id: string): Counts => {
    const counts = sources.get(id) ?? { runs: {}, rows: {}, isWell: undefined, findings: {} }
    sources.set(id, counts)
    return counts
  }
  return {
    ranOnce(id: string, { state, accepted, duplicates, refused }: SqlRun): void {
      const counts = of(id)
      add(counts.runs, state, 1)
      add(counts.rows, 'accepted', accepted)
      add(counts.rows, 'duplicate', duplicates)
      add(counts.rows, 'refused', refused)
      if (state === 'done' || state === 'failed') counts.isWell = state === 'done'
    },
    found({ sourceId, findings }: EventFindings): void {
      for (const { kind } of findings) add(of(sourceId).findings, kind, 1)
    },
    read: (): ReadonlyMap<string, SourceFigures> => sources,
  }
}

type Counts = {
  readonly [name in 'runs' | 'rows' | 'findings']: Record<string, number>
} & { isWell: boolean | undefined }

function add(counts: Record<string, number>, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count
}
