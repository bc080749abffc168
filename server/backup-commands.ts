import { readFileSync } from 'node:fs'
import { AppError } from '../core/errors.ts'
import { ACCESS_MIGRATIONS } from './access/access-schema.ts'
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
  'access.db': ACCESS_MIGRATIONS.length,
}

/** @throws {AppError} BACKUP_INVALID */
export async function backUp(
  data: string | undefined,
  { to, withKey }: { readonly to: string; readonly withKey: boolean },
  onFile: (file: string, bytes: number) => void,
): Promise<{ readonly secretKeys: readonly string[] }> {
  const { dataFolder, secretKey } = configOf(data)
  if (withKey && secretKey.kind === 'given') {
    throw new AppError('BACKUP_INVALID', {
      problem: 'can hold a key that is a file, and this one is given by the environment',
    })
  }
  const { version } = JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }
  const { secretKeys = [] } = await makeBackup({
    ...{ dataFolder, to, version, now_ms: Date.now() },
    ...(withKey && secretKey.kind === 'file' ? { withKeyFile: secretKey.path } : {}),
    onFile: (file, { bytes }) => onFile(file, bytes),
  })
  return { secretKeys }
}

/** @throws {AppError} DATA_IN_USE, BACKUP_INVALID, SCHEMA_TOO_NEW, SECRET_KEY_WRONG */
export async function bringBack(from: string, data: string | undefined, onFile: (file: string) => void) {
  const { dataFolder, secretKey: key } = configOf(data)
  // Nobody may start on the folder while it is half full.
  const { close } = openDataFolder(dataFolder)
  try {
    return await restoreBackup({ from, dataFolder, schemas: SCHEMAS, key, onFile })
  } finally {
    close()
  }
}

function configOf(data: string | undefined) {
  return readServerConfig(data === undefined ? {} : { data })
}

/** Beside the sources, or one folder further up from the built files. */
function packageFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json', import.meta.url)
}
