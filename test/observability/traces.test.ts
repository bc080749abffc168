// From the request of an event to the request that delivered it, in one trace; and a line of the log for each attempt.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { traceOf } from '../../server/traces/ids.ts'
import { receiver, startObserved, until } from './server.fixtures.ts'

type OtlpSpan = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly links?: readonly object[]
  readonly attributes: readonly { readonly key: string }[]
}
const call = (messageId: string) => ({
  ...{ type: 'track', userId: 'ada@example.com', event: 'Signed Up', messageId },
  properties: { plan: 'secret plan' },
})
const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

describe('a server that sends traces and logs attempts', () => {
  let [hook, collector, server] = [] as unknown as [
    Awaited<ReturnType<typeof receiver>>,
    Awaited<ReturnType<typeof receiver>>,
    Awaited<ReturnType<typeof startObserved>>,
  ]
  before(async () => {
    hook = await receiver()
    collector = await receiver()
    server = await startObserved(hook.url, {
      ...{ 'otlp-url': `${collector.url}`, 'trace-sample': '1', 'attempt-log': 'on' },
    })
  })
  after(async () => {
    await server.stop()
    await hook.stop()
    await collector.stop()
  })

  const spans = (): readonly OtlpSpan[] =>
    collector.received.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans)

  test('the request, the log and the delivery of an event are one trace, with a link to the caller’s', async () => {
    const traceparent = `00-${PARENT.traceId}-${PARENT.spanId}-01`
    assert.equal(await server.send([call('one'), call('two')], { traceparent }), 200)
    const all = await until('both are delivered', () => (spans().length === 6 ? spans() : undefined))
    for (const messageId of ['one', 'two']) {
      const { traceId, ingestId } = traceOf('web', messageId, 1) ?? {}
      const own = all.filter((one) => one.traceId === traceId)
      const byName = new Map(own.map((one) => [one.name, one]))
      assert.deepEqual([...byName.keys()].toSorted(), ['deliver', 'ingest', 'log append'])
      assert.equal(byName.get('ingest')?.spanId, ingestId)
      assert.deepEqual(byName.get('ingest')?.links, [PARENT])
      for (const name of ['deliver', 'log append'])
        assert.equal(byName.get(name)?.parentSpanId, ingestId, name)
    }
    assert.match(await server.metrics(), /^millrace_spans_total\{outcome="sent"\} 6$/m)
  })

  test('a line of the log tells of each attempt', async () => {
    const lines = await until('both are logged', () => {
      const found = server.lines.filter(({ msg }) => msg === 'Attempt')
      return found.length === 2 && found
    })
    for (const line of lines) {
      const { destination, outcome, status, events, method } = line
      assert.deepEqual(
        { destination, outcome, status, events, method },
        { destination: 'hook', outcome: 'delivered', status: 200, events: 1, method: 'POST' },
      )
    }
  })

  test('neither says anything of persons and events', () => {
    const told = JSON.stringify(server.lines) + collector.received.map(({ body }) => body).join()
    for (const word of ['ada', 'Signed Up', 'secret plan', 'web-key']) assert.ok(!told.includes(word), word)
  })
})

test('a server that was not asked to tells of no attempt, and no trace', async () => {
  const hook = await receiver()
  const server = await startObserved(hook.url)
  await server.send([call('one')])
  await until('it is delivered', () => hook.received.length === 1)
  const text = await until('it is counted', async () => {
    const metrics = await server.metrics()
    return /millrace_attempts_total\{destination="hook",outcome="delivered"\} 1$/m.test(metrics) && metrics
  })
  assert.ok(!text.includes('millrace_spans_total'))
  assert.deepEqual(
    server.lines.filter(({ msg }) => msg === 'Attempt'),
    [],
  )
  await server.stop()
  await hook.stop()
})
