import type { Json } from '../../core/event.ts'

/** A column of an answer, and how its cells are read. A cell is what the library gives; null is nothing. */
export type Column = {
  readonly name: string
  /** As JSON; undefined: nothing that a call could carry. */
  readonly read: (cell: unknown) => Json | undefined
  /** Exactly as the database would compare it, for the cursor and for ids. */
  readonly text: (cell: unknown) => string
}
export type Rows = { readonly columns: readonly Column[]; readonly rows: readonly (readonly unknown[])[] }

export type Query = {
  readonly text: string
  readonly values: readonly (string | null)[]
  /** So many rows are in memory at once at most, and fewer when they are large. */
  readonly batchRows_max: number
  readonly timeout_ms: number
}

/** An open connection that can only read. */
export type Database = {
  /** What answers, such as `PostgreSQL 15.8`. */
  readonly version: string
  /** The rows of one query, in portions, once for each connection. @throws what the library throws */
  readonly rows: (query: Query) => AsyncIterable<Rows>
  /** Ends the connection; a query that runs is broken off. */
  readonly close: () => void
}

/** Portions of rows are about so large: a run holds two of them. */
export const PORTION_BYTES = 2_097_152
/** Of the first portion nobody knows how large its rows are. */
export const FIRST_ROWS = 20

/** How many rows to take next, by what the last ones held. */
export function nextCount(rows: readonly (readonly unknown[])[], rows_max: number): number {
  if (rows.length === 0) return rows_max
  const bytes = rows.reduce((sum, row) => sum + sizeOf(row), 0)
  return Math.max(1, Math.min(rows_max, Math.floor((PORTION_BYTES * rows.length) / bytes)))
}

const CELL_BYTES = 16

/** About what a row takes. */
export function sizeOf(row: readonly unknown[]): number {
  return row.reduce<number>((sum, cell) => {
    const isLong = typeof cell === 'string' || cell instanceof Uint8Array
    return sum + CELL_BYTES + (isLong ? cell.length : 0)
  }, CELL_BYTES)
}
