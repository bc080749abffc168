import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { secret } from '../../core/secret.ts'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from '../../test/cluster/postgres.ts'
import { connectPostgres } from '../postgres/connect.ts'
import { newSealingKey } from '../secrets/sealer.ts'
import { type PostgresStore, postgresStore, type StoreNews } from './postgres.ts'
import { storeConformance } from './store.conformance.ts'
import { CONFIGURATION, EMPTY } from './store.fixtures.ts'

const server: ScratchPostgres | undefined = POSTGRES_MISSING === false ? await scratchPostgres() : undefined
after(() => server?.remove())
const key = keyOf()

function keyOf() {
  return { kind: 'given', text: secret(newSealingKey().bytes.toString('hex')) } as const
}
const open = (url: string) => postgresStore({ url, key })

describe('PostgreSQL', { skip: POSTGRES_MISSING }, () => {
  storeConformance('the PostgreSQL store', () => {
    const url = server?.newUrl() ?? ''
    return { open: () => open(url), durable: true, remove: () => dropSchema(url) }
  })

  test('another process hears of each change, and of none that changed nothing', async () => {
    const url = server?.newUrl() ?? ''
    const [one, other] = [await open(url), await open(url)]
    const news = hearing(other)
    await news.next('everything')
    await one.apply(CONFIGURATION)
    const [told_ms] = [Date.now()]
    assert.deepEqual(await news.next('configuration'), { what: 'configuration', isOwn: false })
    assert.ok(Date.now() - told_ms < 1_000)
    assert.deepStrictEqual(await other.read(), CONFIGURATION)
    await one.apply(CONFIGURATION)
    await other.apply(EMPTY)
    assert.deepEqual(await news.next('configuration'), { what: 'configuration', isOwn: true })
    await one.suppress([{ hash: 'h1', kind: 'userId', masked: 'ad…', by: 'eve', at_ms: 1 }])
    assert.deepEqual(await news.next('suppressed'), { what: 'suppressed', isOwn: false })
    assert.equal(news.rest(), 0)
    await Promise.all([news.stop(), one.close(), other.close()])
  })

  test('whoever lost the connection hears again afterwards, and reads everything anew', async () => {
    const url = server?.newUrl() ?? ''
    const [one, other] = [await open(url), await open(url)]
    const news = hearing(other)
    await news.next('everything')
    const admin = connectPostgres({ url, connections_max: 1, waitsForDisk: true, name: 'admin' })
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'millrace listening'`
    await admin.rows(cut)
    await one.apply(CONFIGURATION)
    await news.next('everything')
    await one.apply(EMPTY)
    await news.next('configuration')
    assert.deepStrictEqual(await other.read(), EMPTY)
    await Promise.all([news.stop(), one.close(), other.close(), admin.close()])
  })

  test('keeps secrets sealed, with a key that every process must have', async () => {
    const url = server?.newUrl() ?? ''
    const store = await open(url)
    await store.apply(CONFIGURATION)
    await store.close()
    const db = connectPostgres({ url, connections_max: 1, waitsForDisk: true, name: 'test' })
    const [row] = await db.rows<{ write_key: string }>('select write_key from sources order by position')
    assert.match(row?.write_key ?? '', /^sealed:/)
    await db.close()
    await assert.rejects(postgresStore({ url, key: keyOf() }), { code: 'SECRET_KEY_WRONG' })
  })

  test('two processes that open a new store at once make it once', async () => {
    const url = server?.newUrl() ?? ''
    const stores = await Promise.all([open(url), open(url), open(url), open(url)])
    await stores[0]?.apply(CONFIGURATION)
    for (const store of stores) assert.deepStrictEqual(await store.read(), CONFIGURATION)
    await Promise.all(stores.map((store) => store.close()))
  })
})

/** What a store tells, one after the other. */
function hearing(store: PostgresStore) {
  const heard: StoreNews[] = []
  let wake = () => {}
  const listening = store.onNews((news) => {
    heard.push(news)
    wake()
  })
  return {
    /** The next of a kind; others before it are passed over. */
    async next(what: StoreNews['what']): Promise<StoreNews> {
      for (;;) {
        const news = heard.shift()
        if (news?.what === what) return news
        if (news !== undefined) continue
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    rest: () => heard.length,
    stop: listening.stop,
  }
}

async function dropSchema(url: string): Promise<void> {
  const db = connectPostgres({ url, connections_max: 1, waitsForDisk: false, name: 'test' })
  await db.script(`drop schema ${db.schema} cascade`)
  await db.close()
}
