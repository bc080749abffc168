import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../core/errors.ts'
import { ACCESS_SEALED } from './access/access-schema.ts'
import { readServerConfig } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { openDataKeys } from './secrets/data-keys.ts'
import type { KeySource } from './secrets/master-key.ts'
import type { SealedColumn } from './secrets/sealed-columns.ts'
import { rotateKeys, type SealedFile } from './store/rotate.ts'
import { openStoreFile, sqliteStore } from './store/sqlite.ts'

/** @throws {AppError} CONFIG_UNREADABLE, SECRET_KEY_MISSING, SECRET_KEY_WRONG */
export async function secretsStatus(data: string | undefined) {
  const { dataFolder, secretKey: key, storeFile } = whereOf(data)
  await sqliteStore(storeFile, { key }).close() // It may be of an earlier version.
  const db = openStoreFile(storeFile)
  try {
    const { master } = openDataKeys(db, key, Date.now())
    const isBesideData = key.kind === 'file' && dirname(key.path) === dataFolder
    return { key: master.id, from: key.kind === 'file' ? key.path : 'the environment', isBesideData }
  } finally {
    db.close()
  }
}

/** @throws {AppError} DATA_IN_USE, CONFIG_UNREADABLE, SECRET_KEY_MISSING, SECRET_KEY_WRONG, OPTION_INVALID */
export async function rotateSecrets(
  data: string | undefined,
  { newKeyFile, reencrypt }: { readonly newKeyFile: string | undefined; readonly reencrypt: boolean },
) {
  const { dataFolder, secretKey: key, storeFile } = whereOf(data)
  const to: KeySource | undefined =
    newKeyFile === undefined ? undefined : { kind: 'file', path: resolve(newKeyFile), mayMake: false }
  const { close } = openDataFolder(dataFolder)
  try {
    const others = sealedFiles(dataFolder)
    const rotated = rotateKeys({ storeFile, key, ...(to && { to }), reencrypt, others, now_ms: Date.now() })
    const { path: file } = (to ?? key) as Extract<KeySource, { kind: 'file' }>
    return { ...rotated, file }
  } finally {
    close()
  }
}

/** Large, and without anything that is sealed. */
const WITHOUT_SEALED = ['log.db', 'ledger.db', 'index.db', 'lock.db']
/** The sealed columns of files besides the store, by their name. What is sealed elsewhere keeps its key. */
const SEALED_ELSEWHERE: Readonly<Record<string, readonly SealedColumn[]>> = { 'access.db': ACCESS_SEALED }

function sealedFiles(dataFolder: string): readonly SealedFile[] {
  return readdirSync(dataFolder)
    .filter((name) => name.endsWith('.db') && name !== 'store.db' && !WITHOUT_SEALED.includes(name))
    .map((name) => ({ path: join(dataFolder, name), columns: SEALED_ELSEWHERE[name] ?? [] }))
}

/** A folder that was misspelt must not look like one with nothing in it. */
function whereOf(data: string | undefined) {
  const { dataFolder, secretKey } = readServerConfig(data === undefined ? {} : { data })
  const storeFile = join(dataFolder, 'store.db')
  if (!existsSync(storeFile)) throw new AppError('CONFIG_UNREADABLE', { file: storeFile, problem: 'ENOENT' })
  return { dataFolder, secretKey, storeFile }
}
