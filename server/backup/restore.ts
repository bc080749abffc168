import { constants, existsSync } from 'node:fs'
import { copyFile, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { KEY_FILE, type KeySource, readKeyIfThere } from '../secrets/master-key.ts'
import {
  BACKUP_FILES,
  type BackupFile,
  type FileFacts,
  type Manifest,
  readManifest,
  sha256Of,
} from './manifest.ts'

export type Restored = Manifest & {
  /** The keys, any of which opens its secrets, when none is there yet. */
  readonly keysNeeded: readonly string[]
}

export type RestoreOptions = {
  readonly from: string
  readonly dataFolder: string
  /** How many migrations this Millrace knows of each file. */
  readonly schemas: Readonly<Record<BackupFile, number>>
  /** The key that the server will start with; left out: the file beside the data. */
  readonly key?: KeySource
  readonly onFile?: (file: BackupFile) => void
}

/**
 * Puts a backup into a data folder that holds no data. Everything is checked before anything is written; what was
 * delivered after the backup was made is delivered again, under the same idempotency keys.
 *
 * @throws {AppError} BACKUP_INVALID, SCHEMA_TOO_NEW; SECRET_KEY_WRONG when a key is there that does not open its secrets
 */
export async function restoreBackup({
  from,
  dataFolder,
  schemas,
  key = { kind: 'file', path: join(dataFolder, KEY_FILE), mayMake: false },
  onFile,
}: RestoreOptions): Promise<Restored> {
  const manifest = await readManifest(from)
  const there = BACKUP_FILES.find((file) => existsSync(join(dataFolder, file)))
  if (there !== undefined) {
    throw new AppError('BACKUP_INVALID', {
      folder: dataFolder,
      problem: `has ${there} already; restore into an empty folder`,
    })
  }
  const files = BACKUP_FILES.filter((file) => manifest.files[file] !== undefined)
  for (const file of files) await checkFile(join(from, file), manifest.files[file], schemas[file])
  const { hasKeyFile, keysNeeded } = checkKey(from, manifest, key)
  try {
    // Never over a key that is there: it may be the only copy.
    if (hasKeyFile) {
      await copyFile(join(from, KEY_FILE), join(dataFolder, KEY_FILE), constants.COPYFILE_EXCL)
      await flush(join(dataFolder, KEY_FILE))
    }
    for (const file of files) {
      await copyFile(join(from, file), join(dataFolder, file))
      await flush(join(dataFolder, file))
      onFile?.(file)
    }
  } catch (error) {
    // Half a restored folder would start as a server that has lost events.
    for (const file of BACKUP_FILES) await rm(join(dataFolder, file), { force: true })
    throw error
  }
  return { ...manifest, keysNeeded }
}

/** A key that is there counts before the one of the backup. */
function checkKey(from: string, { secretKeys = [] }: Manifest, key: KeySource) {
  const there = readKeyIfThere(key)
  if (there !== undefined && secretKeys.length > 0 && !secretKeys.includes(there.id)) {
    throw new AppError('SECRET_KEY_WRONG', { given: there.id, wanted: secretKeys.join(', ') })
  }
  const hasKeyFile = there === undefined && existsSync(join(from, KEY_FILE))
  return { hasKeyFile, keysNeeded: there === undefined && !hasKeyFile ? secretKeys : [] }
}

async function checkFile(file: string, facts: FileFacts | undefined, known: number): Promise<void> {
  if (facts === undefined) return
  if (facts.schema > known) throw new AppError('SCHEMA_TOO_NEW', { file, version: facts.schema, known })
  const sha256 = await sha256Of(file).catch(() => 'none')
  if (sha256 !== facts.sha256)
    throw new AppError('BACKUP_INVALID', { file, problem: 'is not what was backed up' })
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.sync()
  await handle.close()
}
