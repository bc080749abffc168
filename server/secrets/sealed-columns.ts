import type { DatabaseSync } from 'node:sqlite'
import { type Sealer, sealingKeyIdOf } from './sealer.ts'

/** A column of a table whose texts are sealed, each at a place that names its row. Null is not sealed. */
export type SealedColumn = {
  readonly table: string
  readonly column: string
  /** The column that names the row. */
  readonly key: string
  /** What its places end with; left out: the name of the column. */
  readonly placedAs?: string
  /** Only of these rows: a condition in SQL. */
  readonly where?: string
  /** The column holds JSON by its own check: the sealed text stands there as a JSON text. */
  readonly isJson?: true
}

/** What is written into the column for a text. */
export function sealCell(sealer: Sealer, at: SealedColumn, key: string | number, text: string): string {
  const sealed = sealer.seal(placeOf(at, key), text)
  return at.isJson === true ? JSON.stringify(sealed) : sealed
}

/** @throws {AppError} SEALED_UNREADABLE */
export function openCell(sealer: Sealer, at: SealedColumn, key: string | number, cell: string): string {
  return sealer.open(placeOf(at, key), sealedTextOf(cell))
}

/** Seals what stands in the columns as it is. Tells how many texts that were. Call it in a transaction. */
export function sealClearCells(db: DatabaseSync, sealer: Sealer, columns: readonly SealedColumn[]): number {
  return rewrite(db, columns, (at, key, cell) =>
    isSealed(cell) ? undefined : sealCell(sealer, at, key, cell),
  )
}

/**
 * Seals everything anew, also what was not sealed. Tells how many texts that were. Call it in a transaction.
 *
 * @throws {AppError} SEALED_UNREADABLE
 */
export function resealCells(
  db: DatabaseSync,
  columns: readonly SealedColumn[],
  { from, to }: { readonly from: Sealer; readonly to: Sealer },
): number {
  return rewrite(db, columns, (at, key, cell) => resealedCell(at, { key, cell }, { from, to }))
}

/** How many texts of the whole file, in whatever column, are sealed with this key. */
export function countSealedWith(db: DatabaseSync, keyId: string): number {
  const columns = db
    .prepare(
      `select t.name as "table", c.name as "column" from sqlite_schema t, pragma_table_info(t.name) c
       where t.type = 'table' and c.type = 'TEXT' collate nocase`,
    )
    .all() as { table: string; column: string }[]
  return columns.reduce((sum, { table, column }) => {
    const count = db.prepare(`select count(*) as n from "${table}" where instr("${column}", ?) > 0`)
    return sum + Number(count.get(`sealed:1:${keyId}:`)?.['n'])
  }, 0)
}

/** The same text, sealed by another one. @throws {AppError} SEALED_UNREADABLE */
export function resealedCell(
  at: SealedColumn,
  { key, cell }: Cell,
  { from, to }: { readonly from: Sealer; readonly to: Sealer },
): string {
  return sealCell(to, at, key, isSealed(cell) ? openCell(from, at, key, cell) : cell)
}

type Cell = { readonly key: string | number; readonly cell: string }

function rewrite(
  db: DatabaseSync,
  columns: readonly SealedColumn[],
  change: (at: SealedColumn, key: string | number, cell: string) => string | undefined,
): number {
  let count = 0
  for (const at of columns) {
    const { table, column, key, where = 'true' } = at
    const found = `select "${key}" as key, "${column}" as cell from "${table}"`
    const rows = db.prepare(`${found} where "${column}" is not null and (${where})`).all()
    const update = db.prepare(`update "${table}" set "${column}" = ? where "${key}" = ?`)
    for (const { key: of, cell } of rows as unknown as Cell[]) {
      const next = change(at, of, cell)
      if (next === undefined) continue
      update.run(next, of)
      count += 1
    }
  }
  return count
}

function placeOf({ table, column, placedAs = column }: SealedColumn, key: string | number): string {
  return `${table}/${key}/${placedAs}`
}

function isSealed(cell: string): boolean {
  return sealingKeyIdOf(sealedTextOf(cell)) !== undefined
}

/** A JSON text needs no escapes here: what is sealed is letters, digits and colons. */
function sealedTextOf(cell: string): string {
  return cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1) : cell
}
