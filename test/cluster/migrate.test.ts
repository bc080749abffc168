// A real server with history, dead letters, parked and pending events moves to servers that several processes share.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  appOf,
  heapFor,
  type Millrace,
  makePlace,
  type Place,
  source,
  spawnMillrace,
  until,
} from '../e2e/server.ts'
import { withNats } from './cluster.fixtures.ts'
import { arrived, spawnMigrate } from './migrate.fixtures.ts'
import { NATS_LOGIN } from './nats.ts'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from './postgres.ts'

const APP = '31'
const PEOPLE = 20
/** Within a minute: the rest is parked. */
const PERSON_EVENTS_MAX = 30
const BUSY = 34
const WITHIN_MS = 150_000

withNats('A data folder that moves to a cluster', { servers: 1 }, (startNats) => {
  let place: Place | undefined
  let postgres: ScratchPostgres | undefined
  const processes: ReturnType<typeof spawnMillrace>[] = []
  after(async () => {
    await Promise.all(processes.map((one) => one.end('SIGKILL')))
    await place?.end().catch(() => {})
    await postgres?.remove()
  })

  let sent = 0
  const event = (userId: string, name = 'Viewed') => {
    const n = sent++
    return { type: 'track', event: name, userId, messageId: `m${n}`, properties: { n } }
  }
  const some = (count: number) => Array.from({ length: count }, (_, n) => event(`p${n % PEOPLE}`))

  test('loses nothing, doubles nothing and keeps the order, though the move is killed twice', {
    skip: POSTGRES_MISSING,
    timeout: 300_000,
  }, async () => {
    const nats = await startNats()
    postgres = await scratchPostgres()
    place = await makePlace()
    const { sandbox, folder } = place
    const heap = heapFor(sandbox, 'heap', APP, ['shop'])
    place.configure({
      sources: [source('shop')],
      destinations: [
        { ...heap, settings: { ...heap.settings, eventsPerMinutePerPerson: PERSON_EVENTS_MAX } },
      ],
    })
    sandbox.faults.replace([{ refuseEvents: 'Bad' }])
    const old = await place.start()
    const bad = ['x', 'y', 'z'].map((who) => event(who, 'Bad'))
    await old.post('/v1/batch', 'shop-key', {
      batch: [...some(100), ...bad, ...Array.from({ length: BUSY }, () => event('busy'))],
    })
    await old.post('/v1/batch', 'shop-key', { batch: [...some(60)] })
    await old.counted('destinations', 'heap', 'dead', bad.length)
    await old.counted('destinations', 'heap', 'parked', 1)
    await old.counted('destinations', 'heap', 'read', sent)
    sandbox.faults.replace([{ status: 500 }])
    await old.post('/v1/batch', 'shop-key', { batch: some(200) })
    const last = some(100)

    const { user, pass } = NATS_LOGIN
    const there = [
      ...['--nats', `nats://${user}:${pass}@${nats.urls.join(',')}`, '--nats-replicas', '1'],
      ...['--nats-synced', 'yes', '--postgres', postgres.newUrl()],
    ]
    const { port } = new URL(old.url)
    const args = ['--data', join(folder, 'data'), ...there, '--answer', '--port', port]
    const saying = (one: ReturnType<typeof spawnMigrate>, what: RegExp) =>
      until(String(what), () => what.test(one.said()) || undefined, one.said)

    const dry = spawnMigrate([...args, '--dry-run'])
    assert.equal(await dry.ended, 0, dry.said())
    assert.match(dry.said(), /events in the log +397 /)

    const first = spawnMigrate(args)
    await saying(first, /log: /)
    await first.kill()
    const again = spawnMigrate(args)
    assert.equal(await again.ended, 1)
    assert.match(again.said(), /MOVE_TARGET_TAKEN: .*--resume/)

    const second = spawnMigrate([...args, '--resume'])
    await saying(second, /Stop the server now/)
    await old.post('/v1/batch', 'shop-key', { batch: last })
    await old.stop()
    const told = await until('clients to be told to come again', async () => {
      const answer = await fetch(`${old.url}/v1/track`, { method: 'POST', body: '{}' }).catch(() => undefined)
      return answer?.status === 503 ? answer.headers.get('retry-after') : undefined
    })
    assert.equal(told, '5')
    await second.kill()

    const unfinished = spawnMillrace(folder, '--data', join(folder, 'one'), ...there)
    processes.push(unfinished)
    await unfinished.closed
    assert.match(unfinished.err(), /MOVE_UNFINISHED/)

    const third = spawnMigrate([...args, '--resume'])
    assert.equal(await third.ended, 0, third.said())
    assert.match(third.said(), /pending of heap +300 +300/)
    assert.match(third.said(), /dead letters of heap +3 +3/)

    const moved = spawnMillrace(folder)
    processes.push(moved)
    await moved.closed
    assert.match(moved.err(), /^DATA_MOVED/)

    sandbox.faults.clear()
    const key = ['--secret-key-file', join(folder, 'data', 'secret.key'), '--postgres-connections', '9']
    const cluster: Millrace = await place.start(
      ...['--data', join(folder, 'one'), '--roles', 'ingest,admin,indexer', ...there, ...key],
    )
    for (const name of ['two', 'three'])
      processes.push(
        spawnMillrace(
          folder,
          ...['--data', join(folder, name), '--roles', 'delivery', '--health-port', '0', ...there, ...key],
        ),
      )
    // A client that did not hear the old server's answer sends it again.
    await cluster.post('/v1/batch', 'shop-key', { batch: [...last, ...some(40)] })
    const letters = (await cluster.admin('dead-letters'))['deadLetters'] as unknown as object[]
    assert.equal(letters.length, bad.length)
    await answerTo(cluster, 'replays', { of: { deadLetters: { destination: 'heap' } } })
    await until(
      'every event',
      () => total(arrived(sandbox, APP)) >= sent || undefined,
      cluster.printed,
      WITHIN_MS,
    )
    const people = arrived(sandbox, APP)
    assert.equal(total(people), sent)
    for (const [who, numbers] of people)
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
        who,
      )
    assert.equal(appOf(sandbox, APP).counts.repeated, 0)
    const counts = await cluster.counted('sources', 'shop', 'duplicate', last.length)
    assert.deepEqual([counts['accepted']?.total, counts['duplicate']?.total], [sent, last.length])
    await until('no dead letter to be left', async () => {
      const left = (await cluster.admin('dead-letters'))['deadLetters'] as unknown as object[]
      return left.length === 0 || undefined
    })
  })
})

function total(people: ReadonlyMap<string, readonly number[]>): number {
  return new Set([...people.values()].flat()).size
}

async function answerTo({ adminUrl }: Millrace, path: string, body: object): Promise<void> {
  const answer = await fetch(`${adminUrl}/admin/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.ok(answer.ok, await answer.text())
}
