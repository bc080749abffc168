import assert from 'node:assert/strict'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { atMost_ms, notInCluster } from './in-cluster.ts'
import { appOf, heapFor, makePlace, type Place, source, spawnMillrace, until } from './server.ts'

const APP = '31'
/** Less than the receiver asks for by far; several processes give their lanes back first. */
const STOPPED_MS_MAX = atMost_ms(5_000)
const batch = Array.from({ length: 40 }, (_, number) => ({
  type: 'track',
  messageId: `m${number}`,
  userId: `user ${number % 9}`,
  event: 'Viewed',
}))

describe('a server that starts again', { timeout: atMost_ms(60_000) }, () => {
  let place: Place
  beforeEach(async () => {
    place = await makePlace()
    place.configure({
      sources: [source('backend')],
      destinations: [heapFor(place.sandbox, 'heap', APP, ['backend'])],
    })
  })
  afterEach(() => place.end())

  test('has kept everything: it sends nothing twice, and still knows the messageIds', async () => {
    const first = await place.start()
    await first.post('/v1/batch', 'backend-key', { batch })
    const before = await first.done('heap', batch.length)
    await first.stop()

    const second = await place.start()
    assert.deepEqual(await second.counts('destinations', 'heap'), before)
    const more = { type: 'track', userId: 'ada', event: 'Came later' }
    await second.post('/v1/batch', 'backend-key', { batch: [...batch, more] })
    await second.done('heap', batch.length + 1)
    const { duplicate } = await second.counted('sources', 'backend', 'duplicate', batch.length)
    assert.equal(duplicate?.total, batch.length)
    const { counts } = appOf(place.sandbox, APP)
    assert.deepEqual([counts.accepted, counts.repeated, counts.refused], [batch.length + 1, 0, 0])
  })

  test('after it was killed right after an answer of 200 delivers what it had taken', async () => {
    place.sandbox.faults.replace([{ status: 500 }])
    const first = await place.start()
    await first.post('/v1/batch', 'backend-key', { batch })
    await first.kill()
    place.sandbox.faults.clear()

    const second = await place.start()
    const counts = await second.done('heap', batch.length)
    assert.equal(counts['delivered']?.total, batch.length)
    const sent = appOf(place.sandbox, APP)
    assert.deepEqual([sent.counts.accepted, sent.counts.repeated], [batch.length, 0])
  })

  test('stops at once although its Heap does not answer, and delivers after the next start', async () => {
    place.sandbox.faults.replace([{ status: 503, retryAfter_s: 3_600 }])
    const first = await place.start()
    await first.post('/v1/batch', 'backend-key', { batch })
    await until('a failed attempt', async () => {
      const { attempts } = await first.admin('attempts')
      return (attempts as unknown as unknown[]).length > 0 ? true : undefined
    })
    const stopping_ms = Date.now()
    await first.stop()
    assert.ok(Date.now() - stopping_ms < STOPPED_MS_MAX)
    place.sandbox.faults.clear()

    const second = await place.start()
    assert.equal((await second.done('heap', batch.length))['delivered']?.total, batch.length)
  })
})

// Each process of a cluster has a folder and ports of its own.
describe('a server that cannot start', {
  timeout: 60_000,
  skip: notInCluster('one process is looked at'),
}, () => {
  test('says DATA_IN_USE or PORT_IN_USE in one line, ends with 1, and leaves the first one alone', async () => {
    const place = await makePlace()
    try {
      place.configure({ sources: [source('backend')], destinations: [] })
      const first = await place.start()
      const { port } = new URL(first.url)
      const other = ['--data', join(place.folder, 'other')]
      const anyPort = ['--port', '0', '--admin-port', '0']
      const rows: readonly [code: string, names: string, flags: readonly string[]][] = [
        ['DATA_IN_USE', join(place.folder, 'data'), anyPort],
        ['PORT_IN_USE', `port: ${port}`, [...other, '--admin-port', '0', '--port', port]],
        ['PORT_IN_USE', `port: ${port}`, [...other, '--port', '0', '--admin-port', port]],
      ]
      for (const [code, names, flags] of rows) {
        const second = spawnMillrace(place.folder, ...flags)
        assert.deepEqual(await second.closed, { code: 1, signal: null }, second.err())
        assert.ok(second.err().startsWith(`${code}: `) && second.err().includes(names), second.err())
        assert.equal(second.err().trimEnd().split('\n').length, 1)
      }
      await first.post('/v1/track', 'backend-key', { userId: 'ada', event: 'Viewed' })
    } finally {
      await place.end()
    }
  })
})
