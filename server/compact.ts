import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { readServerConfig } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { makeShrinkable } from './sqlite/shrink.ts'

/**
 * Writes each file of a data folder anew, as large as what is in it, and so that it gets smaller by itself from then on. For
 * that the disk must have room for a second copy of the largest. A crash on the way leaves the file as it was.
 *
 * @throws {AppError} DATA_IN_USE
 */
export function compact(
  data: string | undefined,
  onFile: (file: string, bytes: { readonly before: number; readonly after: number }) => void,
): void {
  const { dataFolder } = readServerConfig(data === undefined ? {} : { data })
  const { logFile, storeFile, ledgerFile, indexFile, close } = openDataFolder(dataFolder)
  try {
    for (const file of [storeFile, ledgerFile, logFile, indexFile]) {
      if (!existsSync(file)) continue
      const before = sizeOf(file)
      writeAnew(file)
      onFile(file.slice(dataFolder.length + 1), { before, after: sizeOf(file) })
    }
  } finally {
    close()
  }
}

function writeAnew(file: string): void {
  const db = new DatabaseSync(file)
  try {
    makeShrinkable(db, 0)
    db.exec('vacuum; pragma wal_checkpoint(truncate)')
  } finally {
    db.close()
  }
}

function sizeOf(file: string): number {
  return [file, `${file}-wal`].reduce(
    (sum, one) => sum + (statSync(one, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}
