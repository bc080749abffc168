import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'
import { type DataKey, insertKey, openDataKeys, removeOtherMasters } from '../secrets/data-keys.ts'
import { type KeySource, prepareKeyFile, readKey } from '../secrets/master-key.ts'
import { countSealedWith, resealCells, type SealedColumn } from '../secrets/sealed-columns.ts'
import { newSealingKey, type SealingKey, sealerOf } from '../secrets/sealer.ts'
import { migrate, transaction } from '../sqlite/migrate.ts'
import { MIGRATIONS } from './schema.ts'
import { SEALED_COLUMNS, sealOlderRows, wipe } from './sealed.ts'
import { openStoreFile } from './sqlite.ts'

export type Rotation = {
  readonly storeFile: string
  /** What opens it now. A file of it gets the new key, unless `to` names another place. */
  readonly key: KeySource
  /** The new key; left out: one is made. */
  readonly to?: KeySource
  /** Also a new key for what is sealed: everything is sealed anew. */
  readonly reencrypt?: boolean
  /** Other files whose texts are sealed with the keys of this one; those that are there are sealed anew too. */
  readonly beside?: readonly Beside[]
  readonly now_ms: number
}
type Beside = { readonly file: string; readonly columns: readonly SealedColumn[] }
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
 * key are added first, then its file takes the place of the old one, and only then the rows of the old key go. Stopped
 * at any point, it can be run again.
 *
 * No server may use the file meanwhile: it would go on with the keys that it has read.
 *
 * @throws {AppError} CONFIG_UNREADABLE, SECRET_KEY_MISSING, SECRET_KEY_WRONG, OPTION_INVALID
 */
export function rotateKeys({
  storeFile,
  key,
  to,
  reencrypt = false,
  beside = [],
  now_ms,
}: Rotation): Rotated {
  if (!existsSync(storeFile)) throw new AppError('CONFIG_UNREADABLE', { file: storeFile, problem: 'ENOENT' })
  const db = openStoreFile(storeFile)
  try {
    migrate(db, MIGRATIONS)
    const { master, keys, sealer } = openDataKeys(db, key, now_ms)
    sealOlderRows(db, sealer)
    const next = nextMaster(key, to)
    const others = beside.filter(({ file }) => existsSync(file))
    const sums = reencrypt
      ? resealAll(db, others, { keys, masters: [master, next.key], now_ms })
      : transaction(db, () => {
          for (const one of keys) insertKey(db, one, next.key)
          return { resealed: 0, left: 0 }
        })
    next.replace()
    removeOtherMasters(db, next.key)
    wipe(db)
    return { before: master.id, after: next.key.id, ...sums }
  } finally {
    db.close()
  }
}

function nextMaster(key: KeySource, to: KeySource | undefined) {
  if (to !== undefined) return { key: readKey(to), replace() {} }
  if (key.kind === 'file') return prepareKeyFile(key.path)
  throw new AppError('OPTION_INVALID', {
    option: '--new-key-file',
    problem: 'must name the file of the new key: the one that is in use is given by the environment',
  })
}

type Reseal = {
  readonly keys: readonly [DataKey, ...DataKey[]]
  readonly masters: readonly SealingKey[]
  readonly now_ms: number
}

/**
 * The older keys stay until every file is sealed anew, so that at no moment a text is there that nothing opens. What no column
 * of the lists holds keeps its key: rather an old key too long than a secret that nobody can read.
 */
function resealAll(db: DatabaseSync, others: readonly Beside[], { keys, masters, now_ms }: Reseal) {
  const [newest] = keys
  const next = { ...newSealingKey(), made_at_ms: Math.max(now_ms, newest.made_at_ms + 1) }
  const [from, to] = [sealerOf([next, ...keys]), sealerOf([next])]
  const own = transaction(db, () => {
    for (const master of masters) for (const key of [next, ...keys]) insertKey(db, key, master)
    return resealCells(db, SEALED_COLUMNS, { from, to })
  })
  const sums = others.map(({ file, columns }) =>
    inFile(file, (other) => {
      const resealed = transaction(other, () => resealCells(other, columns, { from, to }))
      wipe(other)
      return { resealed, left: keys.map(({ id }) => countSealedWith(other, id)) }
    }),
  )
  const lefts = keys.map(({ id }, index) => {
    const elsewhere = sums.reduce((sum, { left }) => sum + (left[index] ?? 0), 0)
    return { id, count: countSealedWith(db, id) + elsewhere }
  })
  transaction(db, () => {
    for (const { id, count } of lefts) {
      if (count === 0) db.prepare('delete from data_keys where id = ?').run(id)
    }
  })
  return {
    resealed: sums.reduce((sum, { resealed }) => sum + resealed, own),
    left: lefts.reduce((sum, { count }) => sum + count, 0),
  }
}

function inFile<Result>(path: string, work: (db: DatabaseSync) => Result): Result {
  const db = openStoreFile(path)
  try {
    return work(db)
  } finally {
    db.close()
  }
}
