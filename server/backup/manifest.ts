import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'

/**
 * What a backup holds. The ledger is copied before the log: its cursors then never point past the log's end, where
 * addresses would be given away a second time.
 */
const NEEDED_FILES = ['store.db', 'ledger.db', 'log.db'] as const
/** People, tokens and the audit log: a folder from before there was a login has none. */
const ACCESS_FILE = 'access.db'
export const BACKUP_FILES = [...NEEDED_FILES, ACCESS_FILE] as const
export type BackupFile = (typeof BACKUP_FILES)[number]
type NeededFile = (typeof NEEDED_FILES)[number]
export function isNeeded(file: BackupFile): file is NeededFile {
  return file !== ACCESS_FILE
}
export const MANIFEST = 'backup.json'
const FORMAT = 'millrace-backup-1'

export type FileFacts = {
  /** How many migrations it has had. */
  readonly schema: number
  readonly bytes: number
  readonly sha256: string
}
export type Manifest = {
  readonly format: typeof FORMAT
  /** Of the Millrace that made it. */
  readonly version: string
  readonly madeAt: string
  readonly files: Readonly<Record<NeededFile, FileFacts> & Partial<Record<BackupFile, FileFacts>>>
  /** The fingerprints of the keys that open its secrets, any of them; left out: nothing in it is sealed. */
  readonly secretKeys?: readonly string[]
}

export function manifestText(manifest: Omit<Manifest, 'format'>): string {
  return `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`
}

/** @throws {AppError} BACKUP_INVALID */
export async function readManifest(folder: string): Promise<Manifest> {
  let manifest: Manifest
  try {
    manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Manifest
  } catch (cause) {
    throw new AppError(
      'BACKUP_INVALID',
      { folder, problem: `has no ${MANIFEST} that can be read` },
      { cause },
    )
  }
  const isWhole =
    manifest.format === FORMAT && NEEDED_FILES.every((file) => manifest.files[file] !== undefined)
  if (!isWhole) throw new AppError('BACKUP_INVALID', { folder, problem: `${MANIFEST} is of another format` })
  return manifest
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file)) hash.update(part)
  return hash.digest('hex')
}
