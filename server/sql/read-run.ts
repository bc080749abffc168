import type { AppError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/event.ts'
import { REFUSALS_KEPT_MAX, type RunRefusal, type SqlPlace, type SqlRun } from '../../core/sql/run.ts'
import { ROWS_DEFAULT, type SqlKind, type SqlSettings } from '../../core/sql/settings.ts'
import type { AddressRule } from '../net/address-rule.ts'
import type { Column, Database, Rows } from './database.ts'
import { failureOf } from './failure.ts'
import { openDatabase } from './open.ts'
import { queryOf } from './query.ts'
import { indexOf, rowCalls } from './row-call.ts'

/** What became of a call; `refused` has been kept as such where ingest did it. */
export type TakenCall =
  | { readonly status: 'accepted' | 'duplicate' }
  | { readonly status: 'refused'; readonly code: string; readonly reason: string }
/** Hands calls to ingest. Resolves when the log has them on disk. @throws {AppError} what ingest throws */
export type TakeCalls = (
  writeKey: string,
  calls: readonly JsonObject[],
  signal: AbortSignal,
) => Promise<readonly TakenCall[]>

export type SqlSource = {
  readonly id: string
  readonly kind: SqlKind
  readonly writeKey: string
  readonly settings: SqlSettings
}
export type ReadDeps = {
  readonly rule: AddressRule
  readonly take: TakeCalls
  /** Stores how far the run is: everything up to the cursor is on disk. */
  readonly onProgress: (run: SqlRun) => Promise<void>
  readonly signal: AbortSignal
}
export type Ended = { readonly run: SqlRun; readonly error?: AppError }

/**
 * Reads a source once, from its cursor on. The cursor moves only over rows that the log has, and only past a value of which all rows
 * were read: rows that share one are never cut apart, neither by a crash nor by the limit of rows.
 */
export async function readOnce(
  source: SqlSource,
  place: SqlPlace,
  begun: SqlRun,
  deps: ReadDeps,
): Promise<Ended> {
  const { kind, settings } = source
  let run = begun
  let database: Database | undefined
  try {
    database = await openDatabase(kind, settings, deps)
    const from = {
      ...(begun.cursorBefore === undefined ? {} : { cursor: begun.cursorBefore }),
      ...syncOf(place),
    }
    const reading = reader(source, place.epoch)
    for await (const portion of database.rows(queryOf(kind, settings, from))) {
      deps.signal.throwIfAborted()
      const part = reading.next(portion, run)
      run = await takePart(source, run, part, deps)
      if (part.isLast) {
        run = { ...run, hasMore: true }
        break
      }
      await deps.onProgress(run)
    }
    return { run: reading.finished(run) }
  } catch (error) {
    return { run, error: failureOf(error, settings) }
  } finally {
    database?.close()
  }
}

const syncOf = ({ lastSync_ms }: SqlPlace) => (lastSync_ms === undefined ? {} : { lastSync_ms })

type Part = {
  readonly calls: readonly { readonly row: number; readonly call: JsonObject }[]
  readonly refusals: readonly RunRefusal[]
  readonly rows: number
  /** Everything up to this value has been read when these rows are stored. */
  readonly cursor: string | undefined
  /** The limit of rows is reached. */
  readonly isLast: boolean
}

/** Makes calls of portions, and watches the cursor and the limit. */
function reader({ id, settings }: SqlSource, epoch: number) {
  const rows_max = settings.rowsMax ?? ROWS_DEFAULT
  let made: ReturnType<typeof rowCalls> | undefined
  let last: string | undefined
  let complete: string | undefined

  function isBeyond(value: string | undefined, rows: number): boolean {
    return rows >= rows_max && (settings.cursor === undefined || value !== last)
  }
  return {
    next({ columns, rows }: Rows, before: SqlRun): Part {
      made ??= rowCalls(columns, settings, { sourceId: id, epoch })
      const cursorOf = cursorReader(columns, settings)
      const calls: { row: number; call: JsonObject }[] = []
      const refusals: RunRefusal[] = []
      let count = 0
      let isLast = false
      for (const row of rows) {
        const value = cursorOf(row)
        isLast = isBeyond(value, before.rows + count)
        if (value !== last) complete = last
        if (isLast) break
        last = value
        count += 1
        const result = made(row)
        if (result.ok) calls.push({ row: before.rows + count, call: result.call })
        else refusals.push({ row: before.rows + count, code: 'EVENT_FIELD_INVALID', reason: result.reason })
      }
      return { calls, refusals, rows: count, cursor: complete, isLast }
    },
    /** Nothing more comes: the last value is complete as well. */
    finished(run: SqlRun): SqlRun {
      return last === undefined || run.hasMore === true ? run : { ...run, cursorAfter: last }
    },
  }
}

function cursorReader(columns: readonly Column[], { cursor }: SqlSettings) {
  if (cursor === undefined) return () => undefined
  const index = indexOf(columns, cursor.column)
  const { text } = columns[index] as Column
  return (row: readonly unknown[]): string => text(row[index])
}

async function takePart(
  source: SqlSource,
  run: SqlRun,
  part: Part,
  { take, signal }: ReadDeps,
): Promise<SqlRun> {
  const taken =
    part.calls.length === 0
      ? []
      : await take(
          source.writeKey,
          part.calls.map(({ call }) => call),
          signal,
        )
  const refusals = taken.flatMap((one, index): readonly RunRefusal[] =>
    one.status === 'refused'
      ? [{ row: part.calls[index]?.row ?? 0, code: one.code, reason: one.reason }]
      : [],
  )
  const all = [...part.refusals, ...refusals].toSorted((a, b) => a.row - b.row)
  const count = (status: TakenCall['status']) => taken.filter((one) => one.status === status).length
  return {
    ...run,
    rows: run.rows + part.rows,
    accepted: run.accepted + count('accepted'),
    duplicates: run.duplicates + count('duplicate'),
    refused: run.refused + all.length,
    refusals: [...run.refusals, ...all].slice(0, REFUSALS_KEPT_MAX),
    ...(part.cursor === undefined ? {} : { cursorAfter: part.cursor }),
  }
}
