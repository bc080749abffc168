import { readFileSync } from 'node:fs'
import { makeBackup } from './backup/backup.ts'
import { restoreBackup } from './backup/restore.ts'
import { readServerConfig } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { MIGRATIONS as LEDGER_MIGRATIONS } from './ledger/tables/schema.ts'
import { LOG_MIGRATIONS } from './log/sqlite-schema.ts'
import { MIGRATIONS as STORE_MIGRATIONS } from './store/schema.ts'

const SCHEMAS = {
  'store.db': STORE_MIGRATIONS.length,
  'ledger.db': LEDGER_MIGRATIONS.length,
  'log.db': LOG_MIGRATIONS.length,
}

/** @throws {AppError} BACKUP_INVALID */
export async function backUp(
  data: string | undefined,
  to: string,
  onFile: (file: string, bytes: number) => void,
): Promise<void> {
  const dataFolder = folderOf(data)
  const { version } = JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }
  await makeBackup({
    ...{ dataFolder, to, version, now_ms: Date.now() },
    onFile: (file, { bytes }) => onFile(file, bytes),
  })
}

/** @throws {AppError} DATA_IN_USE, BACKUP_INVALID, SCHEMA_TOO_NEW */
export async function bringBack(from: string, data: string | undefined, onFile: (file: string) => void) {
  const dataFolder = folderOf(data)
  // Nobody may start on the folder while it is half full.
  const { close } = openDataFolder(dataFolder)
  try {
    return await restoreBackup({ from, dataFolder, schemas: SCHEMAS, onFile })
  } finally {
    close()
  }
}

function folderOf(data: string | undefined): string {
  return readServerConfig(data === undefined ? {} : { data }).dataFolder
}

/** Beside the sources, or one folder further up from the built files. */
function packageFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json', import.meta.url)
}
