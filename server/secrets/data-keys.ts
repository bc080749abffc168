import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'
import { transaction } from '../sqlite/migrate.ts'
import { type KeySource, makeKeyFile, readKey, readKeyIfThere } from './master-key.ts'
import { newSealingKey, type Sealer, type SealingKey, sealerOf } from './sealer.ts'

/**
 * The keys that texts are sealed with stand beside them, each sealed with the master key: another master key costs one
 * row, and none of the texts. While the master key is being changed there is a row for the old one and one for the new.
 */
export const DATA_KEYS_SQL = `
  create table data_keys (
    id text not null,
    master text not null,
    sealed text not null,
    made_at_ms real not null,
    primary key (id, master)
  ) strict;
`

/** A row of `data_keys`: a data key, sealed with one of the master keys. */
export type KeyRow = {
  readonly id: string
  readonly master: string
  readonly sealed: string
  readonly made_at_ms: number
}
export type DataKey = SealingKey & { readonly made_at_ms: number }
export type OpenedKeys = {
  readonly master: SealingKey
  /** The newest first: it seals. */
  readonly keys: readonly [DataKey, ...DataKey[]]
  readonly sealer: Sealer
  /** The file of a master key that was made just now. */
  readonly madeFile?: string
}

/**
 * Opens the data keys of a file, or makes the first one.
 *
 * @throws {AppError} SECRET_KEY_MISSING, SECRET_KEY_WRONG, OPTION_INVALID
 */
export function openDataKeys(db: DatabaseSync, source: KeySource, now_ms: number): OpenedKeys {
  // In a transaction: of two processes that open a new file, the second finds the key of the first.
  return transaction(db, () => {
    const { opened, added } = keysOf(readRows(db), source, now_ms)
    if (added !== undefined) insertRow(db, added)
    return opened
  })
}

/** The keys that these rows hold, or the first one with the row that is to be added. Call it where nobody else adds one. */
export function keysOf(
  rows: readonly KeyRow[],
  source: KeySource,
  now_ms: number,
): { readonly opened: OpenedKeys; readonly added?: KeyRow } {
  return rows.length === 0 ? firstKeys(source, now_ms) : { opened: openRows(rows, readKey(source)) }
}

/**
 * The rows by which another master key, or the same one, opens the same data keys.
 *
 * @throws {AppError} SECRET_KEY_MISSING, SECRET_KEY_WRONG, OPTION_INVALID
 */
export function rowsFor(rows: readonly KeyRow[], from: KeySource, to: KeySource): readonly KeyRow[] {
  if (rows.length === 0) return []
  const master = readKey(to)
  return openRows(rows, readKey(from)).keys.map((key) => rowOf(key, master))
}

function firstKeys(
  source: KeySource,
  now_ms: number,
): { readonly opened: OpenedKeys; readonly added: KeyRow } {
  const there = readKeyIfThere(source)
  const isMade = there === undefined && source.kind === 'file' && source.mayMake
  const master = isMade ? makeKeyFile(source.path) : (there ?? readKey(source))
  const key = { ...newSealingKey(), made_at_ms: now_ms }
  const opened: OpenedKeys = {
    ...{ master, keys: [key], sealer: sealerOf([key]) },
    ...(isMade ? { madeFile: source.path } : {}),
  }
  return { opened, added: rowOf(key, master) }
}

function openRows(rows: readonly KeyRow[], master: SealingKey): OpenedKeys {
  const mine = rows.filter((row) => row.master === master.id)
  const open = sealerOf([master]).open
  const [first, ...rest] = mine.map(
    ({ id, sealed, made_at_ms }): DataKey => ({
      ...{ id, made_at_ms },
      bytes: Buffer.from(open(placeOf(id), sealed), 'base64'),
    }),
  )
  if (first === undefined) {
    const wanted = [...new Set(rows.map((row) => row.master))].join(', ')
    throw new AppError('SECRET_KEY_WRONG', { given: master.id, wanted })
  }
  return { master, keys: [first, ...rest], sealer: sealerOf([first, ...rest]) }
}

/** Adds a row by which `master` opens the key. */
export function insertKey(db: DatabaseSync, key: DataKey, master: SealingKey): void {
  insertRow(db, rowOf(key, master))
}

function insertRow(db: DatabaseSync, { id, master, sealed, made_at_ms }: KeyRow): void {
  db.prepare('insert or replace into data_keys values (?, ?, ?, ?)').run(id, master, sealed, made_at_ms)
}

/** The row by which `master` opens the key. */
export function rowOf({ id, bytes, made_at_ms }: DataKey, master: SealingKey): KeyRow {
  const sealed = sealerOf([master]).seal(placeOf(id), bytes.toString('base64'))
  return { id, master: master.id, sealed, made_at_ms }
}

/** For one that nothing is sealed with any more. */
export function removeKey(db: DatabaseSync, id: string): void {
  db.prepare('delete from data_keys where id = ?').run(id)
}

/** Removes every row that other master keys open, so that they open nothing any more. */
export function removeOtherMasters(db: DatabaseSync, master: SealingKey): void {
  transaction(db, () => db.prepare('delete from data_keys where master <> ?').run(master.id))
}

/** The fingerprints of the master keys that open this file; none when nothing is sealed yet, or the file is of an earlier version. */
export function mastersOf(db: DatabaseSync): readonly string[] {
  const isThere = db.prepare("select 1 from sqlite_schema where name = 'data_keys'").get() !== undefined
  return isThere ? [...new Set(readRows(db).map(({ master }) => master))] : []
}

function readRows(db: DatabaseSync): readonly KeyRow[] {
  return db
    .prepare('select id, master, sealed, made_at_ms from data_keys order by made_at_ms desc, id')
    .all() as unknown as readonly KeyRow[]
}

function placeOf(id: string): string {
  return `data_keys/${id}/sealed`
}
