import { AppError } from '../../core/errors.ts'
import { type Postgres, type Queries, unsuitable } from './connect.ts'

/** One step of the schema of a part; many statements, in one transaction. A released one is never changed, only followed. */
export type PostgresMigration = { readonly name: string; readonly sql: string }

/** The first one in which everything that is used here is there and which still gets fixes: 14 of 2021. */
const VERSION_MIN = 140_000

/**
 * Looks whether the database is fit, makes the schema where it is not there, and brings a part of it up to date: forward only. Of
 * several processes that start at once, one does it and the others wait.
 *
 * @throws {AppError} POSTGRES_UNSUITABLE, POSTGRES_UNAVAILABLE; SCHEMA_TOO_NEW when a newer Millrace has been here; MOVE_UNFINISHED
 *   while what another installation had is moved in.
 */
export async function migratePostgres(
  db: Postgres,
  part: 'store' | 'ledger' | 'access',
  migrations: readonly PostgresMigration[],
): Promise<void> {
  await checkDatabase(db)
  const known = migrations.length
  const version = await db.transaction(async (tx) => {
    await tx.rows('select pg_advisory_xact_lock(hashtext($1))', [`millrace migrations of ${db.schema}`])
    await makeSchema(db, tx)
    const done = await versionOf(tx, part)
    for (const [index, migration] of migrations.entries()) {
      if (index >= done) await apply(tx, migration)
    }
    if (done < known) await setVersion(tx, part, known)
    await refuseUnfinished(db, tx)
    return done
  })
  if (version > known)
    throw new AppError('SCHEMA_TOO_NEW', { database: `schema ${db.schema}`, part, version, known })
}

type Facts = { version: number; encoding: string; is_standby: boolean }

async function checkDatabase(db: Postgres): Promise<void> {
  const [facts] = await db.rows<Facts>(
    `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
       pg_is_in_recovery() as is_standby`,
  )
  const { version = 0, encoding, is_standby } = facts ?? {}
  if (version < VERSION_MIN) {
    const major = Math.floor(version / 10_000)
    throw unsuitable(`PostgreSQL ${major} is too old: use version ${VERSION_MIN / 10_000} or a newer one.`)
  }
  if (encoding !== 'UTF8') {
    throw unsuitable(
      `The encoding of the database is ${encoding}: make one with "create database … encoding 'UTF8' template template0".`,
    )
  }
  if (is_standby === true)
    throw unsuitable('The server is a standby that only reads: give the address of the primary.')
}

async function makeSchema(db: Postgres, tx: Queries): Promise<void> {
  const { schema } = db
  const [found] = await tx.rows<{ is_there: boolean; may: boolean; me: string; database: string }>(
    `select to_regnamespace($1) is not null as is_there, current_user::text as me, current_database()::text as database,
       case when to_regnamespace($1) is null then has_database_privilege(current_database(), 'create')
         else has_schema_privilege($1, 'create') end as may`,
    [schema],
  )
  const { is_there, may, me, database } = found ?? {}
  if (may !== true) {
    const grant =
      is_there === true
        ? `grant all on schema ${schema} to "${me}"`
        : `create schema ${schema} authorization "${me}"`
    throw unsuitable(
      `The user "${me}" may not make tables there: run «${grant}» in the database "${database}".`,
    )
  }
  if (is_there !== true) await tx.rows(`create schema ${schema}`)
  await tx.rows('create table if not exists migrations (part text primary key, version int not null)')
}

/** `moving` is the table of whoever moves something in: `server/moving/target.ts`. */
async function refuseUnfinished(db: Postgres, tx: Queries): Promise<void> {
  const [table] = await tx.rows<{ is_there: boolean }>('select to_regclass($1) is not null as is_there', [
    `${db.schema}.moving`,
  ])
  if (table?.is_there !== true) return
  const [move] = await tx.rows<{ is_done: boolean }>('select is_done from moving')
  if (move?.is_done === false) throw new AppError('MOVE_UNFINISHED', { schema: db.schema })
}

async function versionOf(tx: Queries, part: string): Promise<number> {
  const [row] = await tx.rows<{ version: number }>('select version from migrations where part = $1', [part])
  return row?.version ?? 0
}

async function setVersion(tx: Queries, part: string, version: number): Promise<void> {
  await tx.rows(
    `insert into migrations (part, version) values ($1, $2)
     on conflict (part) do update set version = excluded.version`,
    [part, version],
  )
}

async function apply(tx: Queries, { name, sql }: PostgresMigration): Promise<void> {
  try {
    await tx.script(sql)
  } catch (error) {
    throw new Error(`The migration "${name}" failed.`, { cause: error })
  }
}
