import { AppError } from '../../core/errors.ts'
import { connectPostgres, type Postgres, type Queries } from '../postgres/connect.ts'
import { migratePostgres, type PostgresMigration } from '../postgres/migrate.ts'
import { type DataKey, type KeyRow, keysOf, rowOf } from '../secrets/data-keys.ts'
import { resealedCell, type SealedColumn } from '../secrets/sealed-columns.ts'
import { newSealingKey, type SealingKey, sealerOf } from '../secrets/sealer.ts'
import { STORE_MIGRATIONS } from './postgres-schema.ts'
import { nextMaster, type Rotated, type Rotation } from './rotate.ts'
import { SEALED_COLUMNS } from './sealed.ts'

type PostgresRotation = Omit<Rotation, 'storeFile' | 'others'> & {
  /** A secret. */
  readonly url: string
  /** The tables of people, in which texts are sealed with the keys of the store. */
  readonly access: {
    readonly migrations: readonly PostgresMigration[]
    readonly columns: readonly SealedColumn[]
  }
}

/** Texts in which something might be sealed that no column of the list names. The ledger's tables hold nothing that is sealed. */
const LOOKED_THROUGH = ['sources', 'instances', 'settings', 'changes', 'people', 'access_settings', 'tokens']

/**
 * As `rotateKeys`, of secrets in PostgreSQL: at every moment of it the key that is in its place opens everything. No process of the
 * cluster may run meanwhile.
 *
 * @throws {AppError} DATA_IN_USE, SECRET_KEY_MISSING, SECRET_KEY_WRONG, OPTION_INVALID, SEALED_UNREADABLE, POSTGRES_UNAVAILABLE,
 *   POSTGRES_UNSUITABLE, SCHEMA_TOO_NEW, MOVE_UNFINISHED
 */
export async function rotatePostgresKeys(rotation: PostgresRotation): Promise<Rotated> {
  const columns = [...SEALED_COLUMNS, ...rotation.access.columns]
  return withDatabase(rotation, async (db) => {
    await refuseInUse(db)
    const done = await db.transaction((tx) => addNewKeys(db, tx, { ...rotation, columns }))
    done.next.replace()
    await db.rows('delete from data_keys where master <> $1', [done.next.key.id])
    await db.vacuum([...new Set(['data_keys', ...columns.map(({ table }) => table)])])
    return { before: done.master.id, after: done.next.key.id, resealed: done.resealed, left: done.left }
  })
}

/** The fingerprint of the key that opens the secrets. @throws as the rotation */
export async function postgresMaster(
  rotation: Pick<PostgresRotation, 'url' | 'key' | 'access'>,
): Promise<string> {
  const { key } = rotation
  return withDatabase(rotation, async (db) => keysOf(await keyRows(db), key, Date.now()).opened.master.id)
}

async function withDatabase<Result>(
  { url, access }: Pick<PostgresRotation, 'url' | 'access'>,
  work: (db: Postgres) => Promise<Result>,
): Promise<Result> {
  const db = connectPostgres({ url, connections_max: 1, waitsForDisk: true, name: 'secrets' })
  try {
    await migratePostgres(db, 'store', STORE_MIGRATIONS)
    await migratePostgres(db, 'access', access.migrations)
    if ((await keyRows(db)).length === 0) {
      throw new AppError('CONFIG_UNREADABLE', {
        file: `schema ${db.schema}`,
        problem: 'nothing is sealed there',
      })
    }
    return await work(db)
  } finally {
    await db.close()
  }
}

/** A process that serves this schema listens for changes of it. */
async function refuseInUse(db: Postgres): Promise<void> {
  const [others] = await db.rows<{ count: number }>(
    `select count(*) as count from pg_stat_activity
     where datname = current_database() and application_name = 'millrace listening'`,
  )
  if (others?.count !== 0)
    throw new AppError('DATA_IN_USE', { database: `schema ${db.schema}`, processes: String(others?.count) })
}

/** All in one transaction: others see the keys of before, or those that open it under both masters. */
async function addNewKeys(
  db: Postgres,
  tx: Queries,
  {
    key,
    to,
    reencrypt = false,
    now_ms,
    columns,
  }: PostgresRotation & { readonly columns: readonly SealedColumn[] },
) {
  await tx.rows('select pg_advisory_xact_lock(hashtext($1))', [`millrace keys of ${db.schema}`])
  const { opened } = keysOf(await keyRows(tx), key, now_ms)
  const { master, keys } = opened
  const next = nextMaster(key, to)
  const masters = [master, next.key]
  if (!reencrypt) {
    await insertKeys(tx, keys, masters)
    return { master, next, resealed: 0, left: 0 }
  }
  const newest = { ...newSealingKey(), made_at_ms: Math.max(now_ms, keys[0].made_at_ms + 1) }
  await insertKeys(tx, [newest, ...keys], masters)
  let resealed = 0
  for (const at of columns) resealed += await reseal(tx, at, sealerOf(keys), sealerOf([newest]))
  let left = 0
  for (const { id } of keys) {
    const count = await countSealedWith(tx, id)
    left += count
    if (count === 0) await tx.rows('delete from data_keys where id = $1', [id])
  }
  return { master, next, resealed, left }
}

function keyRows(db: Queries): Promise<readonly KeyRow[]> {
  return db.rows<KeyRow>('select id, master, sealed, made_at_ms from data_keys order by made_at_ms desc, id')
}

async function insertKeys(
  tx: Queries,
  keys: readonly DataKey[],
  masters: readonly SealingKey[],
): Promise<void> {
  for (const { id, master, sealed, made_at_ms } of masters.flatMap((one) =>
    keys.map((key) => rowOf(key, one)),
  )) {
    await tx.rows(
      `insert into data_keys values ($1, $2, $3, $4) on conflict (id, master) do update set sealed = excluded.sealed`,
      [id, master, sealed, made_at_ms],
    )
  }
}

type Cell = { readonly key: string | number; readonly cell: string }
type Sealer = ReturnType<typeof sealerOf>

async function reseal(tx: Queries, at: SealedColumn, from: Sealer, to: Sealer): Promise<number> {
  const { table, column, key, where = 'true' } = at
  const rows = await tx.rows<Cell>(
    `select "${key}" as key, "${column}" as cell from ${table} where "${column}" is not null and (${where})`,
  )
  for (const row of rows) {
    const next = resealedCell(at, row, { from, to })
    await tx.rows(`update ${table} set "${column}" = $1 where "${key}" = $2`, [next, row.key])
  }
  return rows.length
}

async function countSealedWith(tx: Queries, keyId: string): Promise<number> {
  const columns = await tx.rows<{ table: string; column: string }>(
    `select table_name::text as table, column_name::text as column from information_schema.columns
     where table_schema = current_schema() and data_type = 'text' and table_name = any($1::text[])`,
    [LOOKED_THROUGH],
  )
  let sum = 0
  for (const { table, column } of columns) {
    const [found] = await tx.rows<{ count: number }>(
      `select count(*) as count from "${table}" where position($1 in "${column}") > 0`,
      [`sealed:1:${keyId}:`],
    )
    sum += found?.count ?? 0
  }
  return sum
}
