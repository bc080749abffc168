import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../core/errors.ts'
import { ACCESS_SEALED } from './access/access-schema.ts'
import { ACCESS_POSTGRES_MIGRATIONS } from './access/postgres-schema.ts'
import { readServerConfig } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { openDataKeys } from './secrets/data-keys.ts'
import type { KeySource } from './secrets/master-key.ts'
import type { SealedColumn } from './secrets/sealed-columns.ts'
import { rotateKeys, type SealedFile } from './store/rotate.ts'
import { openStoreFile, sqliteStore } from './store/sqlite.ts'

/** @throws {AppError} CONFIG_UNREADABLE, SECRET_KEY_MISSING, SECRET_KEY_WRONG */
export async function secretsStatus(data: string | undefined) {
  const { dataFolder, secretKey: key, storeFile, url } = whereOf(data)
  const from = key.kind === 'file' ? key.path : 'the environment'
  if (url !== undefined) {
    const { postgresMaster } = await import('./store/rotate-postgres.ts')
    return { key: await postgresMaster({ url, key, access: ACCESS }), from, isBesideData: false }
  }
  await sqliteStore(storeFile, { key }).close() // It may be of an earlier version.
  const db = openStoreFile(storeFile)
  try {
    const { master } = openDataKeys(db, key, Date.now())
    const isBesideData = key.kind === 'file' && dirname(key.path) === dataFolder
    return { key: master.id, from, isBesideData }
  } finally {
    db.close()
  }
}

/**
 * @throws {AppError} DATA_IN_USE, CONFIG_UNREADABLE, SECRET_KEY_MISSING, SECRET_KEY_WRONG, OPTION_INVALID; POSTGRES_UNAVAILABLE and
 *   POSTGRES_UNSUITABLE of secrets that are there
 */
export async function rotateSecrets(
  data: string | undefined,
  { newKeyFile, reencrypt }: { readonly newKeyFile: string | undefined; readonly reencrypt: boolean },
) {
  const { dataFolder, secretKey: key, storeFile, url } = whereOf(data)
  const to: KeySource | undefined =
    newKeyFile === undefined ? undefined : { kind: 'file', path: resolve(newKeyFile), mayMake: false }
  const { path: file } = (to ?? key) as Extract<KeySource, { kind: 'file' }>
  const asked = { key, ...(to && { to }), reencrypt, now_ms: Date.now() }
  if (url !== undefined) {
    const { rotatePostgresKeys } = await import('./store/rotate-postgres.ts')
    return { ...(await rotatePostgresKeys({ url, access: ACCESS, ...asked })), file }
  }
  const { close } = openDataFolder(dataFolder)
  try {
    const others = sealedFiles(dataFolder)
    return { ...rotateKeys({ storeFile, others, ...asked }), file }
  } finally {
    close()
  }
}

const ACCESS = { migrations: ACCESS_POSTGRES_MIGRATIONS, columns: ACCESS_SEALED }
/** Large, and without anything that is sealed. */
const WITHOUT_SEALED = ['log.db', 'ledger.db', 'index.db', 'lock.db']
/** The sealed columns of files besides the store, by their name. What is sealed elsewhere keeps its key. */
const SEALED_ELSEWHERE: Readonly<Record<string, readonly SealedColumn[]>> = { 'access.db': ACCESS_SEALED }

function sealedFiles(dataFolder: string): readonly SealedFile[] {
  return readdirSync(dataFolder)
    .filter((name) => name.endsWith('.db') && name !== 'store.db' && !WITHOUT_SEALED.includes(name))
    .map((name) => ({ path: join(dataFolder, name), columns: SEALED_ELSEWHERE[name] ?? [] }))
}

/** With `url`, the secrets are in PostgreSQL. A folder that was misspelt must not look like one with nothing in it. */
function whereOf(data: string | undefined) {
  const { dataFolder, secretKey, postgres } = readServerConfig(data === undefined ? {} : { data })
  const { url } = postgres
  const storeFile = join(dataFolder, 'store.db')
  if (url === undefined && !existsSync(storeFile))
    throw new AppError('CONFIG_UNREADABLE', { file: storeFile, problem: 'ENOENT' })
  return { dataFolder, secretKey, storeFile, url }
}
