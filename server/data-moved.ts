import { closeSync, existsSync, fsyncSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'

/** In a data folder whose content a cluster has now: what would be delivered from here would be delivered twice. */
const MOVED_FILE = 'moved.json'

export function markMoved(dataFolder: string, at_ms: number): void {
  const file = openSync(join(dataFolder, MOVED_FILE), 'w', 0o600)
  try {
    writeFileSync(file, `${JSON.stringify({ at: new Date(at_ms).toISOString() })}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** @throws {AppError} DATA_MOVED */
export function refuseMoved(dataFolder: string): void {
  const file = join(dataFolder, MOVED_FILE)
  if (existsSync(file)) throw new AppError('DATA_MOVED', { file })
}
