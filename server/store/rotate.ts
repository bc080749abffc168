import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'
import { type DataKey, insertKey, openDataKeys, removeKey, removeOtherMasters } from '../secrets/data-keys.ts'
import { type KeySource, prepareKeyFile, readKey } from '../secrets/master-key.ts'
import { countSealedWith, resealCells, type SealedColumn } from '../secrets/sealed-columns.ts'
import { newSealingKey, type SealingKey, sealerOf } from '../secrets/sealer.ts'
import { migrate, transaction } from '../sqlite/migrate.ts'
import { MIGRATIONS } from './schema.ts'
import { SEALED_COLUMNS, sealOlderRows, wipe } from './sealed.ts'
import { BUSY_MS_MAX, openStoreFile } from './sqlite.ts'

/** Another file of the data folder, in which texts are sealed with the keys of this one. */
export type SealedFile = { readonly path: string; readonly columns: readonly SealedColumn[] }

export type Rotation = {
  readonly storeFile: string
  /** What opens it now. A file of it gets the new key, unless `to` names another place. */
  readonly key: KeySource
  /** The new key; left out: one is made. */
  readonly to?: KeySource
  /** Also a new key for what is sealed: everything is sealed anew. */
  readonly reencrypt?: boolean
  readonly others?: readonly SealedFile[]
  readonly now_ms: number
}
export type Rotated = {
  readonly before: string
  readonly after: string
  /** Texts that were sealed anew. */
  readonly resealed: number
  /** Texts that are still sealed with an older key, which therefore stays. */
  readonly left: number
}

/**
 * Gives the secrets another key. At every moment of it the key that is in its place opens everything: the rows of the new
 * key are added first, then its file takes the place of the old one, and only then the rows of the old key go. An older
 * data key goes when nothing is sealed with it any more, in any file. Stopped at any point, it can be run again.
 *
 * No server may use the files meanwhile: it would go on with the keys that it has read.
 *
 * @throws {AppError} CONFIG_UNREADABLE, SECRET_KEY_MISSING, SECRET_KEY_WRONG, OPTION_INVALID, SEALED_UNREADABLE
 */
export function rotateKeys(rotation: Rotation): Rotated {
  const { storeFile, key, to, reencrypt = false, others = [], now_ms } = rotation
  if (!existsSync(storeFile)) throw new AppError('CONFIG_UNREADABLE', { file: storeFile, problem: 'ENOENT' })
  const db = openStoreFile(storeFile)
  const files = others.map(({ path, columns }) => ({ db: openOther(path), columns }))
  try {
    migrate(db, MIGRATIONS)
    const { master, keys, sealer } = openDataKeys(db, key, now_ms)
    sealOlderRows(db, sealer)
    const next = nextMaster(key, to)
    const masters = [master, next.key]
    const all: readonly [OpenFile, ...OpenFile[]] = [{ db, columns: SEALED_COLUMNS }, ...files]
    const sums = reencrypt ? reseal(all, keys, masters, now_ms) : { resealed: 0, left: 0 }
    if (!reencrypt) addKeys(db, keys, masters)
    next.replace()
    removeOtherMasters(db, next.key)
    for (const file of all) wipe(file.db)
    return { before: master.id, after: next.key.id, ...sums }
  } finally {
    for (const file of [...files, { db }]) file.db.close()
  }
}

/** The master key that comes next, which is not in its place before `replace`. @throws {AppError} OPTION_INVALID */
export function nextMaster(key: KeySource, to: KeySource | undefined) {
  if (to !== undefined) return { key: readKey(to), replace() {} }
  if (key.kind === 'file') return prepareKeyFile(key.path)
  throw new AppError('OPTION_INVALID', {
    option: '--new-key-file',
    problem: 'must name the file of the new key: the one that is in use is given by the environment',
  })
}

/** Its journal stays as whoever made it wants it. */
function openOther(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_MS_MAX })
  db.exec('pragma secure_delete = on')
  return db
}

type Keys = readonly [DataKey, ...DataKey[]]
type OpenFile = { readonly db: DatabaseSync; readonly columns: readonly SealedColumn[] }

/** File by file, with both keys there until all are done. The first file holds the keys. */
function reseal(
  files: readonly [OpenFile, ...OpenFile[]],
  keys: Keys,
  masters: readonly SealingKey[],
  now_ms: number,
): Pick<Rotated, 'resealed' | 'left'> {
  const [{ db }] = files
  const next = { ...newSealingKey(), made_at_ms: Math.max(now_ms, keys[0].made_at_ms + 1) }
  addKeys(db, [next, ...keys], masters)
  const sealers = { from: sealerOf(keys), to: sealerOf([next]) }
  const resealed = files.map((file) =>
    transaction(file.db, () => resealCells(file.db, file.columns, sealers)),
  )
  // What no column of the lists holds keeps its key: rather an old key too long than a secret that nobody can read.
  const left = keys.map(({ id }) => sum(files.map((file) => countSealedWith(file.db, id))))
  const done = keys.filter((_, index) => left[index] === 0)
  transaction(db, () => {
    for (const { id } of done) removeKey(db, id)
  })
  return { resealed: sum(resealed), left: sum(left) }
}

function addKeys(db: DatabaseSync, keys: readonly DataKey[], masters: readonly SealingKey[]): void {
  transaction(db, () => {
    for (const master of masters) for (const key of keys) insertKey(db, key, master)
  })
}

function sum(counts: readonly number[]): number {
  return counts.reduce((so, count) => so + count, 0)
}
