import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Remembered, requestsOf } from '../../core/destination.ts'
import { identify, VISITOR_1 } from './examples/example.ts'
import { heapUnderTest } from './testing.ts'

const LINKED = identify({ plan: 'pro' }, { anonymousId: 'visitor-1' })

function remembered(at: string, appId = '11'): readonly Remembered[] {
  const { plan, clock } = heapUnderTest({ settings: { appId } })
  clock.now_ms = Date.parse(at)
  const [link] = requestsOf(plan([LINKED]))
  return link?.remember ?? []
}

describe('What a link leaves behind', () => {
  test('for ever: to whom the visitor belongs, in this app', () => {
    const [owner] = remembered('2026-01-02T00:00:00Z')
    assert.deepEqual(
      [owner?.key, owner?.isDurable, owner?.until_ms],
      [`link:11:${VISITOR_1}`, true, undefined],
    )
    assert.equal(remembered('2026-01-02T00:00:00Z', '12')[0]?.key, `link:12:${VISITOR_1}`)
  })

  const months: readonly [at: string, month: string, until: string][] = [
    ['2026-01-02T03:04:05.678Z', '2026-01 1', '2026-02-01T00:00:00.000Z'],
    ['2026-01-31T23:59:59.999Z', '2026-01 1', '2026-02-01T00:00:00.000Z'],
    ['2026-02-01T00:00:00.000Z', '2026-02 1', '2026-03-01T00:00:00.000Z'],
    ['2026-12-31T12:00:00.000Z', '2026-12 1', '2027-01-01T00:00:00.000Z'],
  ]
  for (const [at, month, until] of months) {
    test(`until the month is over: how many the person has got, at ${at}`, () => {
      const [, count] = remembered(at)
      assert.deepEqual([count?.value, count?.isDurable, count?.until_ms], [month, true, Date.parse(until)])
    })
  }

  test('nothing that tells who the person is', () => {
    assert.ok(!JSON.stringify(remembered('2026-01-02T00:00:00Z')).includes('ada'))
  })

  test('and the links of a batch go in its order', () => {
    const { plan } = heapUnderTest()
    const devices = ['device-3', 'device-1', 'device-2']
    const requests = requestsOf(plan(devices.map((anonymousId) => identify({}, { anonymousId }))))
    const alone = (anonymousId: string) =>
      requestsOf(heapUnderTest().plan([identify({}, { anonymousId })]))[0]?.request.json
    assert.deepEqual(
      requests.slice(0, 3).map(({ request }) => request.json),
      devices.map(alone),
    )
  })
})
