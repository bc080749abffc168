import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startSandbox } from '../../sandbox/server.ts'
import { configurationFor, WRITE_KEY } from '../../verify/configuration.ts'
import { findNats, NO_NATS } from './nats-binary.ts'
import { POSTGRES_MISSING } from './postgres.ts'
import { type Cluster, startCluster } from './processes.ts'

const EVENTS = 200
const WITHIN_MS = 120_000
const LOOK_EVERY_MS = 100
const PEOPLE = ['ada', 'bob'] as const
const nats = findNats()

test('a person is deleted everywhere in a cluster, and the others’ events stay', {
  skip: nats === undefined ? NO_NATS : POSTGRES_MISSING,
}, async () => {
  if (nats === undefined) return
  const sandbox = await startSandbox({ limits: 'off' })
  // It takes nothing yet: all that comes waits at one place or another.
  sandbox.faults.replace([{ status: 503 }])
  const configuration = configurationFor([{ id: 'heap', appId: '11', url: sandbox.url }])
  const cluster = await startCluster({ nats, configuration })
  after(async () => {
    await cluster.stop()
    await sandbox.close()
  })
  const [taking] = cluster.of('ingest')
  const batch = Array.from({ length: EVENTS }, (_, n) => {
    const userId = PEOPLE[n % PEOPLE.length]
    return {
      type: 'track',
      event: 'Step',
      messageId: `${userId}-${n}`,
      userId,
      properties: { person: userId },
    }
  })
  const taken = await fetch(`${taking?.url}/v1/batch`, {
    method: 'POST',
    body: JSON.stringify({ writeKey: WRITE_KEY, batch }),
  })
  assert.equal(taken.status, 200)
  const admin = adminOf(cluster)
  await until('an attempt', async () => {
    const { attempts } = await admin<{ attempts: readonly object[] }>('GET', 'attempts?destination=heap')
    return attempts.length > 0 || undefined
  })
  const { id } = await admin<{ id: number }>('POST', 'persons/deletions', {
    person: { userId: 'ada' },
    suppress: false,
    destinations: [],
  })
  await until('the deletion to end', async () => {
    const found = await admin<{ state: string }>('GET', `persons/deletions/${id}`)
    return found.state === 'done' || undefined
  })
  const found = await admin<{ events: number; destinations: readonly object[] }>('POST', 'persons/find', {
    person: { userId: 'ada' },
  })
  assert.deepEqual([found.events, found.destinations], [0, []])
  sandbox.faults.replace([])
  await until(
    'the other one’s events',
    () => (sandbox.heap.counts('11')?.accepted ?? 0) >= EVENTS / 2 || undefined,
  )
  const { events = [] } = sandbox.heap.state({ limit: EVENTS }).apps['11'] ?? {}
  assert.deepEqual(new Set(events.map(({ properties }) => properties['person'])), new Set(['bob']))
  assert.equal(events.length, EVENTS / 2)
})

async function until(what: string, look: () => true | undefined | Promise<true | undefined>): Promise<void> {
  const end_ms = performance.now() + WITHIN_MS
  while (performance.now() < end_ms) {
    if (await look()) return
    await wait(LOOK_EVERY_MS)
  }
  assert.fail(`waited in vain for ${what}`)
}

function adminOf(cluster: Cluster) {
  const url = `${cluster.of('admin')[0]?.adminUrl}/admin/v1/`
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(url + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await answer.text()
    assert.ok(answer.ok, `${path}: ${text}`)
    return JSON.parse(text) as Answer
  }
}
