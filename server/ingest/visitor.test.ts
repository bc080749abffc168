import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../../core/event.ts'
import { trackEvent } from '../../core/testing.ts'
import { makeIngest, track } from './ingest.fixtures.ts'
import { type Visitor, withVisitor } from './visitor.ts'

const visitor: Visitor = { address: '203.0.113.77', userAgent: 'Browser/1', isPlainText: true }
const both = { ip: '203.0.113.77', userAgent: 'Browser/1' }

describe('the context of a call from a page', () => {
  type Row = readonly [
    title: string,
    context: JsonObject | undefined,
    told: Partial<Visitor>,
    becomes: JsonObject | undefined,
  ]
  const rows: readonly Row[] = [
    ['gets the address and the browser', undefined, {}, both],
    ['keeps what else is in it', { locale: 'en' }, {}, { locale: 'en', ...both }],
    ['keeps the address that the page sent', { ip: '198.51.100.1' }, {}, { ...both, ip: '198.51.100.1' }],
    ['keeps an address that the page left blank', { ip: '' }, {}, { ...both, ip: '' }],
    ['keeps null, which says: none', { ip: null }, {}, { ...both, ip: null }],
    ['keeps the browser that the page sent', { userAgent: 'B/2' }, {}, { ...both, userAgent: 'B/2' }],
    ['has no browser when the request has none', {}, { userAgent: undefined }, { ip: both.ip }],
    ['has no address that is none', {}, { address: 'unix' }, { userAgent: 'Browser/1' }],
    ['stays as it is when it is not a page’s', { a: 1 }, { isPlainText: false }, { a: 1 }],
    [
      'gets both when it says that it is a page’s',
      { channel: 'browser' },
      { isPlainText: false },
      { channel: 'browser', ...both },
    ],
    ['stays as it is when it says that it is a server’s', { channel: 'server' }, {}, { channel: 'server' }],
  ]
  for (const [title, context, told, becomes] of rows) {
    test(title, () => {
      const event = trackEvent(context === undefined ? {} : { context })
      assert.deepEqual(withVisitor(event, { ...visitor, ...told }, 'keep').context, becomes)
    })
  }

  test('may be said to be a page’s beside it, as older libraries do', () => {
    const event = { ...trackEvent(), channel: 'browser' }
    assert.deepEqual(withVisitor(event, { ...visitor, isPlainText: false }, 'keep').context, both)
  })
})

describe('the privacy of a source', () => {
  const rows: readonly (readonly [address: string, kept: string, truncated: string])[] = [
    ['203.0.113.77', '203.0.113.77', '203.0.113.0'],
    ['203.0.113.0', '203.0.113.0', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.77', '203.0.113.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:DB8:0001:2::6', '2001:DB8:0001:2::6', '2001:db8:1::'],
    ['2001:db8::6', '2001:db8::6', '2001:db8::'],
    ['2001::6', '2001::6', '2001::'],
    ['::1', '::1', '::'],
    ['fe80::1%eth0', 'fe80::1', 'fe80::'],
    ['1:2:3:4:5:6:203.0.113.77', '1:2:3:4:5:6:203.0.113.77', '1:2:3::'],
    ['::5:6:7:8', '::5:6:7:8', '::'],
    ['0:0:3::', '0:0:3::', '0:0:3::'],
  ]
  for (const [address, kept, truncated] of rows) {
    test(`keeps ${address} as ${kept}, or truncated as ${truncated}`, () => {
      const ip = (privacy: 'keep' | 'truncate') =>
        withVisitor(trackEvent(), { ...visitor, address }, privacy).context?.['ip']
      assert.deepEqual([ip('keep'), ip('truncate')], [kept, truncated])
    })
  }

  test('"truncate" leaves the browser; "drop" adds nothing at all, and takes nothing away', () => {
    assert.equal(withVisitor(trackEvent(), visitor, 'truncate').context?.['userAgent'], 'Browser/1')
    const event = trackEvent({ context: { ip: '198.51.100.1' } })
    assert.equal(withVisitor(event, visitor, 'drop'), event)
    assert.equal(withVisitor(trackEvent(), visitor, 'drop').context, undefined)
  })

  test('truncated, all addresses of a network are one, and one that is an address', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16))
    const groups = (count: number) => fc.array(group, { minLength: count, maxLength: count })
    const ip = (address: string) =>
      String(withVisitor(trackEvent(), { ...visitor, address }, 'truncate').context?.['ip'])
    fc.assert(
      fc.property(groups(3), groups(5), groups(5), (network, one, other) => {
        const first = ip([...network, ...one].join(':'))
        assert.equal(first, ip([...network, ...other].join(':')))
        assert.equal(isIP(first), 6)
        assert.equal(new URL(`http://[${first}]/`).host, new URL(`http://[${network.join(':')}::]/`).host)
      }),
    )
  })
})

describe('ingest', () => {
  const contextsOf = async (privacy: 'keep' | 'truncate' | 'drop' | undefined, sent: unknown) => {
    const source = { id: 's', name: 'S', kind: 'javascript', writeKey: 'k' } as const
    const withPrivacy = privacy === undefined ? source : { ...source, privacy }
    const { post, entries } = makeIngest({ sourceOf: () => withPrivacy })
    await post({ batch: sent }, { visitor })
    return (await entries()).map((entry) => (entry.kind === 'event' ? entry.event.context : entry.kind))
  }
  const rows = [
    [undefined, '203.0.113.77'],
    ['keep', '203.0.113.77'],
    ['truncate', '203.0.113.0'],
    ['drop', undefined],
  ] as const
  for (const [privacy, ip] of rows) {
    test(`writes the address ${ip} with privacy "${privacy}", for each call of a batch`, async () => {
      const own = track('b', { context: { ip: '198.51.100.1' } })
      const contexts = await contextsOf(privacy, [track('a'), own])
      assert.deepEqual(
        contexts.map((context) => (context as JsonObject | undefined)?.['ip']),
        [ip, '198.51.100.1'],
      )
    })
  }
  test('adds nothing when it is not told of a visitor', async () => {
    const { post, entries } = makeIngest()
    await post({ batch: [track('a')] })
    const [entry] = await entries()
    assert.equal(entry?.kind === 'event' ? entry.event.context : entry, undefined)
  })
})
