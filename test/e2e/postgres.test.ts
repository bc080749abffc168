import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { postgresStore } from '../../server/store/postgres.ts'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from '../cluster/postgres.ts'
import { notInCluster } from './in-cluster.ts'
import {
  appOf,
  heapFor,
  type Millrace,
  makePlace,
  type Place,
  source,
  spawnMillrace,
  until,
} from './server.ts'

const APP = '31'
const track = (n: number, userId = 'ada') => ({
  type: 'track',
  userId,
  event: `Event ${n}`,
  messageId: `m${n}`,
})

describe('a server whose configuration and ledger are in PostgreSQL', {
  timeout: 120_000,
  skip: POSTGRES_MISSING || notInCluster('it is about one process whose log is a file'),
}, () => {
  let server: ScratchPostgres
  let place: Place
  let url: string
  let millrace: Millrace

  before(async () => {
    server = await scratchPostgres()
    place = await makePlace()
    url = server.newUrl()
    place.configure({
      sources: [source('shop')],
      destinations: [heapFor(place.sandbox, 'heap', APP, ['shop'])],
    })
    millrace = await place.start('--postgres', url)
  })
  after(async () => {
    await place.end()
    await server.remove()
  })

  test('delivers, counts and shows what it did, without files of its own for them', async () => {
    await millrace.post('/v1/batch', 'shop-key', { batch: [1, 2, 3].map((n) => track(n)) })
    await millrace.counted('destinations', 'heap', 'delivered', 3)
    assert.equal(appOf(place.sandbox, APP).events.length, 3)
    const { attempts } = (await millrace.admin('attempts')) as unknown as { attempts: readonly unknown[] }
    assert.ok(attempts.length > 0)
    for (const file of ['store.db', 'ledger.db', 'access.db']) {
      assert.equal(existsSync(join(place.folder, 'data', file)), false, file)
    }
  })

  test('takes events of a source that another process has added, as soon as it is told', async () => {
    const key = { kind: 'file', path: join(place.folder, 'data', 'secret.key'), mayMake: false } as const
    const other = await postgresStore({ url, key })
    const { sources, instances } = await other.read()
    const added = { id: 'app', name: 'App', kind: 'node', writeKey: 'app-key' } as const
    await other.apply({ sources: [...sources, added], instances })
    const headers = {
      authorization: `Basic ${Buffer.from('app-key:').toString('base64')}`,
      'content-type': 'application/json',
    }
    const told_ms = performance.now()
    await until('events of the new source to be taken', async () => {
      const body = JSON.stringify({ batch: [track(9)] })
      const { status } = await fetch(`${millrace.url}/v1/batch`, { method: 'POST', headers, body })
      return status === 200 ? true : undefined
    })
    console.log(`    taken ${Math.round(performance.now() - told_ms)} ms after it was applied`)
    await other.close()
  })

  test('goes on after PostgreSQL was away, with nothing lost or doubled', async () => {
    await server.stop()
    await millrace.post('/v1/batch', 'shop-key', { batch: [4, 5].map((n) => track(n)) })
    await server.restart()
    await millrace.counted('destinations', 'heap', 'delivered', 5)
    const names = appOf(place.sandbox, APP).events.map(({ event }) => event)
    assert.deepEqual(
      names,
      [1, 2, 3, 4, 5].map((n) => `Event ${n}`),
    )
  })

  test('goes on where it was when it is started again', async () => {
    await millrace.kill()
    millrace = await place.start('--postgres', url)
    await millrace.post('/v1/batch', 'shop-key', { batch: [track(6)] })
    await millrace.counted('destinations', 'heap', 'delivered', 6)
    assert.equal(appOf(place.sandbox, APP).events.length, 6)
  })

  test('does not let the log of another folder use the same ledger', async () => {
    const key = join(place.folder, 'data', 'secret.key')
    const other = spawnMillrace(
      ...[place.folder, '--port', '0', '--admin-port', '0', '--data', join(place.folder, 'other')],
      ...['--postgres', url, '--secret-key-file', key],
    )
    const { code } = await other.closed
    assert.notEqual(code, 0)
    assert.match(other.err(), /belongs to the log of another data folder/)
  })
})
