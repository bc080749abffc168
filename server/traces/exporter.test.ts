import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { spanExporter } from './exporter.ts'
import { otlpBody } from './otlp.ts'
import type { Span } from './spans.ts'

const span = (more: Partial<Span> = {}): Span => ({
  ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'deliver', kind: 'client' },
  ...{ from_ms: 1_700_000_000_123.5, to_ms: 1_700_000_000_200, attributes: {} },
  ...more,
})

test('a span is written as OTLP has it: ids as hex, times and numbers as texts', () => {
  const parentId = 'c'.repeat(16)
  const link = { traceId: 'd'.repeat(32), spanId: 'e'.repeat(16) }
  const attributes = { 'millrace.destination': 'heap', 'http.response.status_code': 503 }
  const body = JSON.parse(otlpBody([span({ parentId, link, attributes, isError: true })], '1.2.3'))
  const [{ resource, scopeSpans }] = body.resourceSpans
  assert.deepEqual(resource.attributes, [
    { key: 'service.name', value: { stringValue: 'millrace' } },
    { key: 'service.version', value: { stringValue: '1.2.3' } },
  ])
  assert.deepEqual(scopeSpans[0].spans, [
    {
      ...{
        traceId: 'a'.repeat(32),
        spanId: 'b'.repeat(16),
        parentSpanId: parentId,
        name: 'deliver',
        kind: 3,
      },
      startTimeUnixNano: '1700000000123500000',
      endTimeUnixNano: '1700000000200000000',
      attributes: [
        { key: 'millrace.destination', value: { stringValue: 'heap' } },
        { key: 'http.response.status_code', value: { intValue: '503' } },
      ],
      links: [link],
      status: { code: 2 },
    },
  ])
})

describe('the exporter of spans', () => {
  const taken: { url: string; type: string | undefined; spans: number }[] = []
  const troubles: unknown[] = []
  let status = 200
  const collector = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const { spans } = JSON.parse(body).resourceSpans[0].scopeSpans[0]
    taken.push({ url: request.url ?? '', type: request.headers['content-type'], spans: spans.length })
    response.writeHead(status).end('{}')
  })
  let url = ''
  beforeEach(async () => {
    taken.length = 0
    troubles.length = 0
    status = 200
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  })
  afterEach(() => {
    collector.closeAllConnections()
    collector.close()
  })
  const start = () => spanExporter({ url, version: '1', onTrouble: (error) => troubles.push(error) })
  const many = (count: number) => Array.from({ length: count }, () => span())

  test('sends some at a time, all of them when it stops', async () => {
    const exporter = start()
    exporter.add(many(600))
    await exporter.stop()
    assert.deepEqual(taken, [
      { url: '/v1/traces', type: 'application/json', spans: 512 },
      { url: '/v1/traces', type: 'application/json', spans: 88 },
    ])
    assert.deepEqual([exporter.counts(), troubles], [{ sent: 600, dropped: 0 }, []])
  })

  test('drops what there is no room for, and counts it', async () => {
    const exporter = start()
    exporter.add(many(4_000))
    exporter.add(many(4_000))
    await exporter.stop()
    assert.deepEqual(exporter.counts(), { sent: 4_096, dropped: 3_904 })
  })

  test('a collector that takes nothing costs one try, and is told of', async () => {
    status = 503
    const exporter = start()
    exporter.add(many(600))
    await exporter.stop()
    assert.deepEqual([taken.length, exporter.counts(), troubles.length], [1, { sent: 0, dropped: 512 }, 1])
  })

  test('with nothing to send nobody is asked', async () => {
    await start().stop()
    assert.deepEqual(taken, [])
  })
})
