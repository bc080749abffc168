// A server is scraped: what was sent, answered and delivered is what it tells, and nothing of the events themselves.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { receiver, startObserved, until } from './server.fixtures.ts'

const call = (event: string) => ({
  type: 'track',
  userId: 'ada@example.com',
  event,
  messageId: `id-${event}`,
})

describe('a server that is scraped', () => {
  let [hook, server] = [] as unknown as [
    Awaited<ReturnType<typeof receiver>>,
    Awaited<ReturnType<typeof startObserved>>,
  ]
  before(async () => {
    hook = await receiver(({ body }) => (body.includes('Refused') ? 400 : 200))
    server = await startObserved(hook.url)
  })
  after(async () => {
    await server.stop()
    await hook.stop()
  })

  /** The value of a line of `/metrics`. */
  async function value(line: string): Promise<number | undefined> {
    const found = (await server.metrics()).split('\n').find((one) => one.startsWith(`${line} `))
    return found === undefined ? undefined : Number(found.slice(line.length))
  }

  test('tells what was sent and what became of it', async () => {
    assert.equal(await value('millrace_calls_total{source="web",outcome="accepted"}'), 0, 'before the first')
    assert.equal(
      await server.send([call('One'), call('Two'), call('Refused'), call('One'), { type: 'track' }]),
      200,
    )
    assert.equal((await fetch(`${server.url}/v1/track`, { method: 'POST', body: '{}' })).status, 401)
    assert.equal((await fetch(`${server.url}/nothing/ada@example.com`)).status, 404)
    await until(
      'all have ended',
      async () => (await value('millrace_dead_letters{destination="hook"}')) === 1,
    )
    const expected = {
      'millrace_calls_total{source="web",outcome="accepted"}': 3,
      'millrace_calls_total{source="web",outcome="refused"}': 1,
      'millrace_calls_refused_total{source="web",code="EVENT_PERSON_MISSING"}': 1,
      'millrace_calls_total{source="web",outcome="duplicate"}': 1,
      'millrace_deliveries_total{destination="hook",outcome="delivered"}': 2,
      'millrace_events_read_total{destination="hook",outcome="matched"}': 3,
      'millrace_attempts_total{destination="hook",outcome="delivered"}': 2,
      'millrace_attempts_total{destination="hook",outcome="refused"}': 1,
      'millrace_attempt_failures_total{destination="hook",code="DESTINATION_REFUSED"}': 1,
      'millrace_attempt_duration_seconds_count{destination="hook"}': 3,
      'millrace_delivery_age_seconds_count{destination="hook"}': 2,
      'millrace_http_requests_total{port="events",route="/v1/batch",status="200"}': 1,
      'millrace_http_requests_total{port="events",route="/v1/track",status="401"}': 1,
      'millrace_http_requests_total{port="events",route="none",status="404"}': 1,
      'millrace_requests_refused_total{code="WRITE_KEY_MISSING",source=""}': 1,
      millrace_ingest_duration_seconds_count: 2,
      millrace_log_append_duration_seconds_count: 1,
      'millrace_lag_seconds{destination="hook"}': 0,
      millrace_ready: 1,
    }
    for (const [line, count] of Object.entries(expected)) assert.equal(await value(line), count, line)
  })

  test('tells of every thread', async () => {
    for (const thread of ['main', 'readers', 'lookups']) {
      const figure = async (name: string) => (await value(`millrace_thread_${name}{thread="${thread}"}`)) ?? 0
      await until(`${thread} is there`, async () => (await figure('heap_used_bytes')) > 1e6)
      assert.ok((await figure('active_seconds_total')) > 0, thread)
    }
  })

  test('says nothing of persons and events, and no key', async () => {
    const text = await server.metrics()
    for (const word of ['ada', 'example.com', 'One', 'id-', 'web-key', '127.0.0.1']) {
      assert.ok(!text.includes(word), word)
    }
  })

  test('speaks OpenMetrics to whoever asks for it', async () => {
    const text = await server.metrics('application/openmetrics-text;version=1.0.0')
    assert.match(text, /^# HELP millrace_build_info .*\n/)
    assert.ok(text.endsWith('\n# EOF\n'))
  })

  test('says on both ports that it runs and is ready', async () => {
    for (const port of [server.url, server.adminUrl]) {
      assert.equal((await fetch(`${port}/healthz`)).status, 200)
      assert.equal((await fetch(`${port}/readyz`)).status, 200)
    }
  })
})
