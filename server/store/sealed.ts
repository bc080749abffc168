import type { DatabaseSync } from 'node:sqlite'
import { type SealedColumn, sealClearCells } from '../secrets/sealed-columns.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { transaction } from '../sqlite/migrate.ts'

/**
 * What of the configuration is sealed: whole texts and not single fields, so that nothing depends on what a destination
 * calls a secret. Changes hold what was configured before, so they are sealed too.
 */
export const SEALED = {
  writeKey: { table: 'sources', column: 'write_key', key: 'id' },
  olderWriteKeys: { table: 'sources', column: 'older_write_keys', key: 'id', isJson: true },
  disabledWriteKeys: { table: 'sources', column: 'disabled_write_keys', key: 'id', isJson: true },
  sql: { table: 'sources', column: 'sql', key: 'id', isJson: true },
  settings: { table: 'instances', column: 'settings', key: 'id', isJson: true },
  alerts: { table: 'settings', column: 'value', key: 'name', where: "name = 'alerts'", isJson: true },
  before: { table: 'changes', column: 'before', key: 'number' },
  after: { table: 'changes', column: 'after', key: 'number' },
} as const satisfies Record<string, SealedColumn>
/** Every sealed column of the file. A table of another room that keeps secrets in this file adds its own. */
export const SEALED_COLUMNS: readonly SealedColumn[] = Object.values(SEALED)

const DONE = 'kept sealed'

/**
 * Seals what an earlier version wrote as it was, and leaves none of it in pages that are free now or in the journal. It
 * is marked as done after that, so a crash on the way does it again.
 */
export function sealOlderRows(db: DatabaseSync, sealer: Sealer): void {
  if (db.prepare('select 1 from settings where name = ?').get(DONE) !== undefined) return
  transaction(db, () => sealClearCells(db, sealer, SEALED_COLUMNS))
  wipe(db)
  db.prepare("insert or replace into settings values (?, 'true')").run(DONE)
}

/** Writes the file anew without its free pages, and empties its journal. */
export function wipe(db: DatabaseSync): void {
  db.exec('vacuum')
  db.exec('pragma wal_checkpoint(truncate)')
}
