import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import { basic, deepCall, heldLog, LIMITS, makeIngest, NOW, track } from './ingest.fixtures.ts'
import type { Reply } from './ingest.ts'

const SUCCESS: Reply = { status: 200, json: { success: true } }
const code = (expected: ErrorCode) => (error: unknown) => error instanceof AppError && error.code === expected

/** Whether a promise has ended after everything that was due has run. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true
  const ended = () => {
    pending = false
  }
  promise.then(ended, ended)
  await nextTurn()
  await nextTurn()
  return pending
}

describe('the write key', () => {
  const body = { batch: [track()] }
  const rows: readonly [
    title: string,
    authorization: string | undefined,
    writeKey: unknown,
    is: 'website' | 'backend' | ErrorCode,
  ][] = [
    ['as the user of Basic authentication', basic('backend-key'), undefined, 'backend'],
    ['with a scheme in small letters', basic('backend-key').replace('Basic', 'basic'), undefined, 'backend'],
    ['in the body', undefined, 'backend-key', 'backend'],
    ['in the body, beside another kind of authentication', 'Bearer abc', 'backend-key', 'backend'],
    ['in the body, beside a Basic authentication without a user', basic(''), 'backend-key', 'backend'],
    ['in both: Basic authentication wins', basic('website-key'), 'backend-key', 'website'],
    ['nowhere', undefined, undefined, 'WRITE_KEY_MISSING'],
    ['empty', undefined, '', 'WRITE_KEY_MISSING'],
    ['that is a number', undefined, 7, 'WRITE_KEY_MISSING'],
    ['that no source has', undefined, 'guess', 'WRITE_KEY_UNKNOWN'],
    [
      'that no source has, beside a right one in the body',
      basic('guess'),
      'website-key',
      'WRITE_KEY_UNKNOWN',
    ],
    ['that is part of every object', undefined, 'constructor', 'WRITE_KEY_UNKNOWN'],
  ]
  for (const [title, authorization, writeKey, is] of rows) {
    test(`${title}: ${is}`, async () => {
      const { post, entries } = makeIngest()
      const reply = post({ ...body, writeKey }, { authorization })
      if (is !== 'website' && is !== 'backend') return assert.rejects(reply, code(is))
      assert.deepEqual(await reply, SUCCESS)
      assert.equal((await entries())[0]?.sourceId, is)
    })
  }

  test('that is unknown is found out before the body is read', async () => {
    const { post } = makeIngest()
    await assert.rejects(post('no JSON', { authorization: basic('guess') }), code('WRITE_KEY_UNKNOWN'))
  })

  test('inside a call of a batch says nothing, and is not kept', async () => {
    const { post, entries } = makeIngest()
    await post({ batch: [track('m1', { writeKey: 'backend-key' })] })
    const [entry] = await entries()
    assert.equal(entry?.sourceId, 'website')
    assert.ok(!JSON.stringify(entry).includes('backend-key'))
  })
})

describe('a request', () => {
  test('is answered 200 only after the log has it', async () => {
    const { log, held } = heldLog()
    const { post, entries } = makeIngest({ log })
    const reply = post({ batch: [track('m1')] })
    assert.equal(await isPending(reply), true)
    assert.deepEqual(await entries(), [])
    await held[0]?.write()
    assert.deepEqual(await reply, SUCCESS)
    assert.equal((await entries()).length, 1)
  })

  test('is written as one append, in the order of its calls', async () => {
    const { log, held } = heldLog()
    const { post } = makeIngest({ log })
    const reply = post({ batch: [track('m1'), {}, track('m1'), track('m2')] })
    await held[0]?.write()
    await reply
    assert.equal(held.length, 1)
    assert.deepEqual(
      held[0]?.entries.map(({ text }) => JSON.parse(text).kind),
      ['event', 'refused', 'duplicate', 'event'],
    )
  })

  test('without a call writes nothing', async () => {
    const { log, held } = heldLog()
    const { post } = makeIngest({ log })
    assert.deepEqual(await post({ batch: [] }), SUCCESS)
    assert.equal(held.length, 0)
  })

  for (const problem of ['SHUTTING_DOWN', 'DISK_NEARLY_FULL'] as const) {
    test(`is refused with ${problem} when the server says so, and nothing is written`, async () => {
      const { post, entries } = makeIngest({ unwell: () => problem })
      await assert.rejects(post({ batch: [track()] }), code(problem))
      assert.deepEqual(await entries(), [])
    })
  }

  test('is a call of the type that its address names, whatever the call says', async () => {
    const { post, entries } = makeIngest()
    await post(track('m1', { type: 'page' }), { type: 'track' })
    const [entry] = await entries()
    assert.equal(entry?.kind === 'event' && entry.event.type, 'track')
  })

  test('with more calls than the limit is refused whole', async () => {
    const { post, entries } = makeIngest()
    const batch = Array.from({ length: LIMITS.events_max + 1 }, () => track())
    await assert.rejects(post({ batch }), code('BATCH_TOO_LONG'))
    assert.deepEqual(await entries(), [])
  })
})

describe('what a batch says for all its calls', () => {
  test('reaches each of them, and a call’s own values win', async () => {
    const { post, entries } = makeIngest()
    await post({
      context: { ip: '1.2.3.4', locale: 'en' },
      integrations: { All: true, Heap: false },
      // The sender's clock is an hour behind.
      sentAt: '2026-01-02T02:04:05.678Z',
      batch: [
        track('m1', { timestamp: '2026-01-02T02:04:00.678Z' }),
        track('m2', { context: { locale: 'de' }, integrations: { Heap: true }, sentAt: NOW, timestamp: NOW }),
      ],
    })
    const events = (await entries()).map((entry) => entry.kind === 'event' && entry.event)
    assert.deepEqual(
      events.map((event) => event && [event.context, event.integrations, event.timestamp]),
      [
        [{ ip: '1.2.3.4', locale: 'en' }, { All: true, Heap: false }, '2026-01-02T03:04:00.678Z'],
        [{ ip: '1.2.3.4', locale: 'de' }, { All: true, Heap: true }, NOW],
      ],
    )
  })
})

describe('a call that came before', () => {
  test('is kept as a duplicate, within one batch and across requests', async () => {
    const { post, entries } = makeIngest()
    assert.deepEqual(await post({ batch: [track('m1'), track('m1')] }), SUCCESS)
    assert.deepEqual(await post(track('m1'), { type: 'track' }), SUCCESS)
    assert.deepEqual(
      (await entries()).map(({ kind }) => kind),
      ['event', 'duplicate', 'duplicate'],
    )
  })

  test('of another source is another call', async () => {
    const { post, entries } = makeIngest()
    await post({ batch: [track('m1')] })
    await post({ batch: [track('m1')] }, { authorization: basic('backend-key') })
    assert.deepEqual(
      (await entries()).map(({ kind, sourceId }) => [kind, sourceId]),
      [
        ['event', 'website'],
        ['event', 'backend'],
      ],
    )
  })

  test('is answered only after the first copy is in the log', async () => {
    const { log, held } = heldLog()
    const { post } = makeIngest({ log })
    const first = post({ batch: [track('m1')] })
    const second = post({ batch: [track('m1'), track('m2')] })
    await held[1]?.write()
    assert.equal(await isPending(second), true)
    await held[0]?.write()
    assert.deepEqual(await Promise.all([first, second]), [SUCCESS, SUCCESS])
  })

  test('does not hold up calls that are new', async () => {
    const { log, held } = heldLog()
    const { post } = makeIngest({ log })
    const first = post({ batch: [track('m1')] })
    const second = post({ batch: [track('m2')] })
    await held[1]?.write()
    assert.deepEqual(await second, SUCCESS)
    await held[0]?.write()
    await first
  })

  test('fails with the first copy, while its new neighbours stay known: they are in the log', async () => {
    const { log, held } = heldLog()
    const { post, entries } = makeIngest({ log })
    const first = post({ batch: [track('m1')] })
    const second = post({ batch: [track('m1'), track('m2')] })
    const both = Promise.allSettled([first, second])
    held[0]?.fail()
    await held[1]?.write()
    assert.deepEqual(
      (await both).map((one) => one.status === 'rejected' && one.reason.code),
      ['LOG_UNAVAILABLE', 'LOG_UNAVAILABLE'],
    )
    const again = post({ batch: [track('m1'), track('m2')] })
    await held[2]?.write()
    assert.deepEqual(await again, SUCCESS)
    const events = (await entries()).filter((entry) => entry.kind === 'event')
    assert.deepEqual(
      events.map((entry) => entry.kind === 'event' && entry.event.messageId),
      ['m2', 'm1'],
    )
  })
})

describe('a failed append', () => {
  test('is LOG_UNAVAILABLE with its cause, and the same calls are new when they come again', async () => {
    const { log, held } = heldLog()
    const { post, entries } = makeIngest({ log })
    const reply = post({ batch: [track('m1'), track('m2'), track('m1')] })
    held[0]?.fail()
    await assert.rejects(reply, (error: Error) => {
      assert.ok(code('LOG_UNAVAILABLE')(error))
      assert.match(String(error.cause), /disk I\/O error/)
      return true
    })
    const again = post({ batch: [track('m1'), track('m2')] })
    await held[1]?.write()
    assert.deepEqual(await again, SUCCESS)
    assert.deepEqual(
      (await entries()).map(({ kind }) => kind),
      ['event', 'event'],
    )
  })

  test('does not make a call new that was stored before', async () => {
    const { log, held } = heldLog()
    const { post, entries } = makeIngest({ log })
    const first = post({ batch: [track('m1')] })
    await held[0]?.write()
    await first
    const failed = post({ batch: [track('m1')] })
    held[1]?.fail()
    await assert.rejects(failed, code('LOG_UNAVAILABLE'))
    const again = post({ batch: [track('m1')] })
    await held[2]?.write()
    await again
    assert.deepEqual(
      (await entries()).map(({ kind }) => kind),
      ['event', 'duplicate'],
    )
  })
})

describe('the answer', () => {
  const wrong = { type: 'track', userId: 'ada', messageId: 'm2' }
  const refused = { status: 'refused', code: 'EVENT_FIELD_MISSING', reason: '"event" is missing.' }

  test('names what was refused, and is 200 all the same', async () => {
    const { post } = makeIngest()
    assert.deepEqual(await post({ batch: [track('m1'), wrong] }), {
      status: 200,
      json: { success: true, refused: [{ ...refused, messageId: 'm2' }] },
    })
  })

  test('is 400 in strict mode, with a result for each call', async () => {
    const { post, entries } = makeIngest()
    const batch = [track('m1'), wrong, track('m1'), track(), 'no call']
    assert.deepEqual(await post({ batch }, { isStrict: true }), {
      status: 400,
      json: {
        success: false,
        results: [
          { status: 'accepted', messageId: 'm1' },
          { ...refused, messageId: 'm2' },
          { status: 'duplicate', messageId: 'm1' },
          { status: 'accepted', messageId: 'made-1' },
          { status: 'refused', code: 'EVENT_NOT_OBJECT', reason: 'The call is not a JSON object.' },
        ],
      },
    })
    assert.equal((await entries()).length, 5)
  })

  test('is 200 in strict mode when nothing was refused', async () => {
    const { post } = makeIngest()
    assert.deepEqual(await post({ batch: [track('m1'), track('m1')] }, { isStrict: true }), SUCCESS)
  })

  const large = track('big', { properties: { text: 'x'.repeat(LIMITS.event_bytes_max) } })
  const rows: readonly [
    title: string,
    body: unknown,
    type: 'track' | undefined,
    strict: boolean,
    status: number,
  ][] = [
    ['a call that is too large', large, 'track', false, 413],
    ['a call that is too large, in strict mode', large, 'track', true, 413],
    ['a batch with a call that is too large', { batch: [large] }, undefined, false, 200],
    ['a batch with a call that is too large, in strict mode', { batch: [large] }, undefined, true, 400],
    ['a call that breaks the spec', wrong, 'track', false, 200],
    ['a call that breaks the spec, in strict mode', wrong, 'track', true, 400],
  ]
  for (const [title, body, type, isStrict, status] of rows) {
    test(`to ${title} is ${status}`, async () => {
      const { post, entries } = makeIngest()
      assert.equal((await post(body, { type, isStrict })).status, status)
      assert.equal((await entries())[0]?.kind, 'refused')
    })
  }
})

test('a call that nobody could write out again does not sink the others', async () => {
  const { post, entries } = makeIngest({ limits: { ...LIMITS, body_bytes_max: 1e7, event_bytes_max: 1e7 } })
  const batch = ['m1', 'm3'].map((messageId) => JSON.stringify(track(messageId)))
  for (const levels of [1_500, 100_000]) {
    const { status } = await post(`{"batch":[${batch[0]},${deepCall('m2', levels)},${batch[1]}]}`)
    assert.equal(status, 200)
  }
  const kinds = (await entries()).map(({ kind }) => kind)
  assert.deepEqual(kinds, ['event', 'refused', 'event', 'duplicate', 'refused', 'duplicate'])
})

describe('who may send', () => {
  const rows: readonly [
    title: string,
    writeKey: string,
    origin: string | undefined,
    code: string | undefined,
  ][] = [
    ['a page of a site that may', 'shop-key', 'https://shop.example', undefined],
    ['a page of a site below', 'shop-key', 'https://de.shop.example', undefined],
    ['a server, which has no origin', 'shop-key', undefined, undefined],
    ['a page of another site', 'shop-key', 'https://evil.example', 'ORIGIN_NOT_ALLOWED'],
    ['a page without a site', 'shop-key', 'null', 'ORIGIN_NOT_ALLOWED'],
    ['a page of any site, to a source that names none', 'website-key', 'https://evil.example', undefined],
    ['a client with a disabled key', 'shop-key-old', undefined, 'WRITE_KEY_DISABLED'],
    ['a client with a key that nobody has', 'other-key', undefined, 'WRITE_KEY_UNKNOWN'],
  ]
  for (const [title, writeKey, origin, code] of rows) {
    for (const place of ['authorization', 'body'] as const) {
      test(`${title}, its key in the ${place}: ${code ?? 'taken'}`, async () => {
        const { post, entries } = makeIngest()
        const request = { origin, authorization: place === 'body' ? undefined : basic(writeKey) }
        const sent = post({ writeKey, batch: [track('m1')] }, request)
        if (code === undefined) assert.equal((await sent).status, 200)
        else await assert.rejects(sent, { code })
        assert.equal((await entries()).length, code === undefined ? 1 : 0)
      })
    }
  }

  test('a key over its rate is told when to come again, and nothing of it is taken', async () => {
    const waits_ms = [0, 2_400]
    const { post, entries } = makeIngest({ keyWait_ms: () => waits_ms.shift() ?? 0 })
    await post({ batch: [track('m1')] })
    const details = { limit: 'write key', retryAfter_s: 3, source: 'website' }
    await assert.rejects(post({ batch: [track('m2')] }), { code: 'RATE_LIMITED', details })
    await post({ batch: [track('m2')] })
    assert.equal((await entries()).length, 2)
  })

  test('a request counts once for its key, wherever the key stands', async () => {
    const counted: string[] = []
    const keyWait_ms = (writeKey: string) => {
      counted.push(writeKey)
      return 0
    }
    const { post } = makeIngest({ keyWait_ms })
    await post({ batch: [track('m1'), track('m2')] })
    await post({ writeKey: 'backend-key', batch: [] }, { authorization: undefined })
    await post({ writeKey: 'backend-key', batch: [] })
    assert.deepEqual(counted, ['website-key', 'backend-key', 'website-key'])
  })
})
