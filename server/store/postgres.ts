import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Transaction } from 'kysely'
import { connectPostgres, type Postgres } from '../postgres/connect.ts'
import { postgresDialect } from '../postgres/kysely-dialect.ts'
import { type Listening, listenOn } from '../postgres/listen.ts'
import { migratePostgres } from '../postgres/migrate.ts'
import { Kysely, sql } from '../queries/kysely.ts'
import { type KeyRow, keysOf } from '../secrets/data-keys.ts'
import type { KeySource } from '../secrets/master-key.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { addChanges, findChanges } from './change-rows.ts'
import { changesBetween, NOBODY, recordedChanges } from './changes.ts'
import { type PersonStore, personTables } from './persons.ts'
import { findingTable } from './plan-findings.ts'
import { STORE_MIGRATIONS } from './postgres-schema.ts'
import { readAll, replaceAll } from './rows.ts'
import type { Tables } from './schema.ts'
import { settingsIn } from './settings.ts'
import { storable } from './storable.ts'
import type { Store } from './store.ts'

export type PostgresStoreOptions = {
  /** A secret. */
  readonly url: string
  /** The key of its secrets: every process that uses the store has it. */
  readonly key: KeySource
  readonly onKeyMade?: (file: string) => void
}
/** What another process, or this one, has changed; everything may have, when the connection was lost for a while. */
export type StoreNews = {
  readonly what: 'configuration' | 'suppressed' | 'everything'
  readonly isOwn: boolean
}
/** A store that several processes use at once. */
export type PostgresStore = Store & {
  readonly sealer: Sealer
  /** Calls when something was changed, within the time that PostgreSQL takes to tell; and once at the beginning. */
  readonly onNews: (hear: (news: StoreNews) => void, onLost?: (error: unknown) => void) => Listening
}

/** One connection: what comes at once is done one after the other, as of every store. Configuration is small. */
const CONNECTIONS_MAX = 1

/**
 * Configuration in PostgreSQL, in which what may be secret is sealed. Other processes see each change once it is applied, and hear of it.
 *
 * @throws {AppError} POSTGRES_UNAVAILABLE, POSTGRES_UNSUITABLE, SCHEMA_TOO_NEW, SECRET_KEY_MISSING, SECRET_KEY_WRONG
 */
export async function postgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { url } = options
  const postgres = connectPostgres({
    url,
    connections_max: CONNECTIONS_MAX,
    waitsForDisk: true,
    name: 'store',
  })
  try {
    await migratePostgres(postgres, 'store', STORE_MIGRATIONS)
    return storeIn(postgres, url, await openKeys(postgres, options))
  } catch (error) {
    await postgres.close()
    throw error
  }
}

function storeIn(postgres: Postgres, url: string, sealer: Sealer): PostgresStore {
  const db = new Kysely<Tables>({ dialect: postgresDialect(postgres) })
  const channel = `millrace_${postgres.schema}`
  const self = randomUUID()
  const tell = (tx: Kysely<Tables>, what: StoreNews['what']) =>
    sql`select pg_notify(${channel}, ${`${what} ${self}`})`.execute(tx)
  return {
    sealer,
    read: () =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((tx) => readAll(tx, sealer)),
    async apply(configuration, author = NOBODY) {
      const next = storable(configuration)
      return db.transaction().execute(async (tx) => {
        await alone(tx, channel)
        const before = await readAll(tx, sealer)
        if (isDeepStrictEqual(before, next)) return []
        await replaceAll(tx, next, sealer)
        await addChanges(tx, recordedChanges(before, next, author), sealer)
        await tell(tx, 'configuration')
        return changesBetween(before, next)
      })
    },
    changes: (filter, count_max) => findChanges(db, filter, count_max, sealer),
    ...settingsIn(db),
    ...tellingPersons(db, tell),
    ...findingTable(db),
    compact: async () => {
      await postgres.vacuum([
        'sources',
        'instances',
        'subscriptions',
        'settings',
        'changes',
        'plans',
        'deletions',
        'suppressed',
      ])
      return true
    },
    onNews: (hear, onLost) =>
      listenOn({
        ...{ url, channel },
        onNotice(payload) {
          const [what, from] = payload.split(' ')
          hear({ what: what === 'suppressed' ? 'suppressed' : 'configuration', isOwn: from === self })
        },
        onListening: () => hear({ what: 'everything', isOwn: false }),
        ...(onLost === undefined ? {} : { onLost }),
      }),
    close: () => postgres.close(),
  }
}

/** Those who change the configuration do it one after the other. */
async function alone(tx: Transaction<Tables>, channel: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`changes of ${channel}`}))`.execute(tx)
}

/** Who is suppressed is known by every process that takes events. */
function tellingPersons(
  db: Kysely<Tables>,
  tell: (tx: Kysely<Tables>, what: StoreNews['what']) => Promise<unknown>,
): PersonStore {
  return {
    ...personTables(db),
    suppress: (people) =>
      db.transaction().execute(async (tx) => {
        await personTables(tx).suppress(people)
        await tell(tx, 'suppressed')
      }),
    unsuppress: (hash) =>
      db.transaction().execute(async (tx) => {
        const wasThere = await personTables(tx).unsuppress(hash)
        if (wasThere) await tell(tx, 'suppressed')
        return wasThere
      }),
  }
}

/** Of two processes that open a new store at once, the second finds the key of the first. */
async function openKeys(postgres: Postgres, { key, onKeyMade }: PostgresStoreOptions): Promise<Sealer> {
  const { sealer, madeFile } = await postgres.transaction(async (tx) => {
    await tx.rows('select pg_advisory_xact_lock(hashtext($1))', [`millrace keys of ${postgres.schema}`])
    const rows = await tx.rows<KeyRow>('select * from data_keys order by made_at_ms desc, id')
    const { opened, added } = keysOf(rows, key, Date.now())
    if (added !== undefined) {
      const { id, master, sealed, made_at_ms } = added
      await tx.rows('insert into data_keys values ($1, $2, $3, $4)', [id, master, sealed, made_at_ms])
    }
    return opened
  })
  if (madeFile !== undefined) onKeyMade?.(madeFile)
  return sealer
}
