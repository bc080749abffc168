import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { copyFile as copyPlainFile, open, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'
import { mastersOf } from '../secrets/data-keys.ts'
import { KEY_FILE } from '../secrets/master-key.ts'
import { schemaVersion } from '../sqlite/migrate.ts'
import {
  BACKUP_FILES,
  type BackupFile,
  type FileFacts,
  isNeeded,
  MANIFEST,
  type Manifest,
  manifestText,
  sha256Of,
} from './manifest.ts'

/** A writer that is busy is waited for. */
const BUSY_MS_MAX = 30_000

export type BackupOptions = {
  readonly dataFolder: string
  /** It is made; one that is there must be empty. */
  readonly to: string
  readonly version: string
  readonly now_ms: number
  /** The file of the key of the secrets, when it is to be in the backup: whoever has such a backup has the secrets. */
  readonly withKeyFile?: string
  readonly onFile?: (file: BackupFile, facts: FileFacts) => void
}

/**
 * Copies a data folder while a server uses it. Each file is copied as it is at one moment (`vacuum into`, in a read
 * transaction), which holds up no writer; then checked, flushed to the disk, and named in the manifest with its hash.
 * The manifest is written last: a folder without it is no backup.
 *
 * @throws {AppError} BACKUP_INVALID when there is nothing to copy or the target is not empty.
 */
export async function makeBackup({
  dataFolder,
  to,
  version,
  now_ms,
  withKeyFile,
  onFile,
}: BackupOptions): Promise<Manifest> {
  const there = BACKUP_FILES.filter((file) => existsSync(join(dataFolder, file)))
  const missing = BACKUP_FILES.find((file) => isNeeded(file) && !there.includes(file))
  if (missing !== undefined)
    throw new AppError('BACKUP_INVALID', { folder: dataFolder, problem: `has no ${missing}` })
  mkdirSync(to, { recursive: true, mode: 0o700 })
  if (readdirSync(to).length > 0)
    throw new AppError('BACKUP_INVALID', { folder: to, problem: 'is not empty' })
  const files: Partial<Record<BackupFile, FileFacts>> = {}
  for (const file of there) {
    const facts = await copyFile(join(dataFolder, file), join(to, file))
    files[file] = facts
    onFile?.(file, facts)
  }
  if (withKeyFile !== undefined) await copyPlainFile(withKeyFile, join(to, KEY_FILE))
  const secretKeys = keysOf(join(to, 'store.db'))
  const manifest = {
    ...{ version, madeAt: new Date(now_ms).toISOString(), files: files as Manifest['files'] },
    ...(secretKeys.length === 0 ? {} : { secretKeys }),
  }
  const text = manifestText(manifest)
  await writeFile(join(to, `${MANIFEST}.new`), text, { mode: 0o600, flush: true })
  await rename(join(to, `${MANIFEST}.new`), join(to, MANIFEST))
  return JSON.parse(text) as Manifest
}

async function copyFile(from: string, to: string): Promise<FileFacts> {
  // Settings hold secrets: the copy is as private as the file.
  const handle = await open(to, 'wx', 0o600)
  try {
    const source = new DatabaseSync(from, { timeout: BUSY_MS_MAX })
    try {
      source.prepare('vacuum into ?').run(to)
    } finally {
      source.close()
    }
    const schema = checkCopy(to)
    await handle.sync()
    const { size } = await stat(to)
    return { schema, bytes: size, sha256: await sha256Of(to) }
  } finally {
    await handle.close()
  }
}

/** @throws {AppError} BACKUP_INVALID */
function checkCopy(file: string): number {
  const copy = new DatabaseSync(file, { readOnly: true })
  try {
    const { quick_check: answer } = copy.prepare('pragma quick_check(1)').get() as { quick_check: string }
    if (answer !== 'ok') throw new AppError('BACKUP_INVALID', { file, problem: answer })
    return schemaVersion(copy)
  } finally {
    copy.close()
  }
}

function keysOf(storeFile: string): readonly string[] {
  const store = new DatabaseSync(storeFile, { readOnly: true })
  try {
    return mastersOf(store)
  } finally {
    store.close()
  }
}
