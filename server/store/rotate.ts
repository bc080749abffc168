import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'
import { type DataKey, insertKey, openDataKeys, removeOtherMasters } from '../secrets/data-keys.ts'
import { type KeySource, prepareKeyFile, readKey } from '../secrets/master-key.ts'
import { countSealedWith, resealCells } from '../secrets/sealed-columns.ts'
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
 * key are added first, then its file takes the place of the old one, and only then the rows of the old key go. Stopped
 * at any point, it can be run again.
 *
 * No server may use the file meanwhile: it would go on with the keys that it has read.
 *
 * @throws {AppError} CONFIG_UNREADABLE, SECRET_KEY_MISSING, SECRET_KEY_WRONG, OPTION_INVALID
 */
export function rotateKeys({ storeFile, key, to, reencrypt = false, now_ms }: Rotation): Rotated {
  if (!existsSync(storeFile)) throw new AppError('CONFIG_UNREADABLE', { file: storeFile, problem: 'ENOENT' })
  const db = openStoreFile(storeFile)
  try {
    migrate(db, MIGRATIONS)
    const { master, keys, sealer } = openDataKeys(db, key, now_ms)
    sealOlderRows(db, sealer)
    const next = nextMaster(key, to)
    const sums = transaction(db, () => {
      if (reencrypt) return reseal(db, keys, [master, next.key], now_ms)
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

/** What no column of the list holds keeps its key: rather an old key too long than a secret that nobody can read. */
function reseal(
  db: DatabaseSync,
  keys: readonly [DataKey, ...DataKey[]],
  masters: readonly SealingKey[],
  now_ms: number,
) {
  const [newest] = keys
  const next = { ...newSealingKey(), made_at_ms: Math.max(now_ms, newest.made_at_ms + 1) }
  const resealed = resealCells(db, SEALED_COLUMNS, { from: sealerOf(keys), to: sealerOf([next]) })
  const counted = keys.map((key) => ({ key, count: countSealedWith(db, key.id) }))
  const kept = counted.filter(({ count }) => count > 0)
  db.prepare('delete from data_keys').run()
  for (const master of masters) {
    for (const key of [next, ...kept.map((one) => one.key)]) insertKey(db, key, master)
  }
  return { resealed, left: kept.reduce((sum, { count }) => sum + count, 0) }
}
