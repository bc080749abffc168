import { mkdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../core/errors.ts'

/**
 * Opens the data folder for this process alone. The lock is SQLite's own lock on a small file: the kernel takes it
 * away when the process dies, however it dies.
 *
 * @throws {AppError} DATA_IN_USE
 */
export function openDataFolder(folder: string) {
  mkdirSync(folder, { recursive: true })
  const lock = new DatabaseSync(join(folder, 'lock.db'))
  try {
    lock.exec('pragma journal_mode = delete; begin exclusive')
  } catch (cause) {
    lock.close()
    throw new AppError('DATA_IN_USE', { folder }, { cause })
  }
  return {
    logFile: join(folder, 'log.db'),
    storeFile: join(folder, 'store.db'),
    ledgerFile: join(folder, 'ledger.db'),
    indexFile: join(folder, 'index.db'),
    accessFile: join(folder, 'access.db'),
    async free_bytes(): Promise<number> {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    close: () => lock.close(),
  }
}
export type DataFolder = ReturnType<typeof openDataFolder>
