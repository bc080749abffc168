import assert from 'node:assert/strict'
import type { Attempt, DeadLetter, StoredRefusal } from '../ledger.ts'
import {
  ALL,
  address,
  addressRange,
  attempt,
  deadLetter,
  everything,
  progress,
  type Row,
  refusal,
  START,
} from './testing.ts'

const UNICODE = 'naïve 日本 👩‍👩‍👧 \u0000 \u2028 "\\'
const HALF = 'half a pair: \ud83d.'
const HALF_READ = 'half a pair: \ufffd.'
const KB = 1_024

export function historyRows(row: Row): void {
  attemptRows(row)
  cutRows(row)
  deadLetterRows(row)
  refusalRows(row)
}

function attemptRows(row: Row): void {
  const cases: readonly { readonly title: string; readonly stored: Attempt }[] = [
    { title: 'one that was delivered', stored: attempt() },
    {
      title: 'one without an answer',
      stored: attempt({
        outcome: 'retry',
        status: undefined,
        reason: { code: 'DESTINATION_TIMEOUT', text: UNICODE },
        responseBody: '',
      }),
    },
    { title: 'one that carried nothing', stored: attempt({ addresses: [] }) },
    {
      title: 'addresses in an order of their own, over lanes and chunks, with gaps and repeats',
      stored: attempt({
        addresses: [
          address(9, 4),
          address(9, 5),
          address(2, 0),
          address(2, 0),
          address(3, 7, 5),
          address(9, 6),
        ],
      }),
    },
    { title: 'a thousand addresses', stored: attempt({ addresses: addressRange(2 ** 40, 1_000, 3) }) },
    {
      title: 'short bodies in all scripts',
      stored: attempt({ requestBody: UNICODE, responseBody: UNICODE }),
    },
    {
      title: 'long bodies in all scripts',
      stored: attempt({ requestBody: UNICODE.repeat(500), responseBody: UNICODE.repeat(99) }),
    },
    { title: 'a body just as long as the limit', stored: attempt({ requestBody: 'x'.repeat(256 * KB) }) },
    { title: 'times with fractions', stored: attempt({ startedAt_ms: 1.25, duration_ms: 0.001 }) },
  ]
  for (const { title, stored } of cases) {
    row(`reads back ${title}`, async ({ ledger }) => {
      await ledger.record(progress(START, { attempts: [stored] }))
      const [read, ...more] = await ledger.attempts({}, ALL)
      assert.ok(read)
      const { id, ...rest } = read
      assert.deepEqual([rest, more], [stored, []])
      assert.ok(Number.isSafeInteger(id))
    })
  }

  row('half a surrogate pair, which UTF-8 cannot carry, reads as U+FFFD', async ({ ledger }) => {
    const attempts = [attempt({ url: HALF, requestBody: HALF, responseBody: HALF.repeat(100) })]
    await ledger.record(progress(START, { attempts }))
    const [read] = await ledger.attempts({}, ALL)
    assert.deepEqual(
      [read?.url, read?.requestBody, read?.responseBody],
      [HALF_READ, HALF_READ, HALF_READ.repeat(100)],
    )
  })
}

function cutRows(row: Row): void {
  row('a body over 256 KB is cut between two characters, and says so', async ({ ledger }) => {
    // 'é' is 2 bytes: one byte before them makes the limit fall inside a character.
    const requestBody = `x${'é'.repeat(150 * KB)}`
    await ledger.record(progress(START, { attempts: [attempt({ requestBody })] }))
    const [read] = await ledger.attempts({}, ALL)
    const kept = requestBody.slice(0, 128 * KB)
    const note = `\n… cut here: ${256 * KB - 1} of ${300 * KB + 1} bytes were kept`
    assert.equal(read?.requestBody, kept + note)
  })

  row('of a long answer the beginning is kept: 16 KB, or 4 KB with a dead letter', async ({ ledger }) => {
    const body = 'x'.repeat(64 * KB)
    const deadLetters = [deadLetter({ response: { status: 400, body } })]
    await ledger.record(progress(START, { attempts: [attempt({ responseBody: body })], deadLetters }))
    const [read] = await ledger.attempts({}, ALL)
    const [dead] = await ledger.deadLetters({}, ALL)
    const cut = (kb: number) => `${'x'.repeat(kb * KB)}\n… cut here: ${kb * KB} of 65536 bytes were kept`
    assert.equal(read?.responseBody, cut(16))
    assert.equal(dead?.response?.body, cut(4))
  })

  row('a request that fails again and again reads the same each time', async ({ ledger }) => {
    const bodies = ['a', 'a', 'b', 'a', 'a', 'a'].map((letter) => letter.repeat(3 * KB))
    for (const [index, requestBody] of bodies.entries()) {
      const outcome = index === bodies.length - 1 ? 'delivered' : 'retry'
      await ledger.recordFailing('heap-1', 0, undefined, [attempt({ outcome, requestBody })])
    }
    const read = await ledger.attempts({}, ALL)
    assert.deepEqual(
      read.map(({ requestBody }) => requestBody),
      bodies.toReversed(),
    )
  })

  row('one byte over the limit is cut', async ({ ledger }) => {
    const requestBody = 'x'.repeat(256 * KB + 1)
    await ledger.record(progress(START, { attempts: [attempt({ requestBody })] }))
    const [read] = await ledger.attempts({}, ALL)
    assert.match(read?.requestBody ?? '', /cut here: 262144 of 262145 bytes were kept$/)
  })

  row('the body of a dead letter is never cut: it must be fit to be sent again', async ({ ledger }) => {
    const body = 'é'.repeat(300 * KB)
    const stored = deadLetter({ request: { method: 'POST', url: 'https://example.com', body } })
    await ledger.record(progress(START, { deadLetters: [stored] }))
    const [read] = await ledger.deadLetters({}, ALL)
    assert.equal(read?.request?.body, body)
  })
}

function deadLetterRows(row: Row): void {
  const cases: readonly { readonly title: string; readonly stored: DeadLetter }[] = [
    { title: 'a dead letter with its request and answer', stored: deadLetter() },
    {
      title: 'one whose request could not be built',
      stored: deadLetter({ request: undefined, response: undefined }),
    },
    { title: 'one that got no answer', stored: deadLetter({ response: undefined }) },
    {
      title: 'one with empty bodies',
      stored: deadLetter({
        request: { method: 'GET', url: '', body: '' },
        response: { status: 500, body: '' },
      }),
    },
    {
      title: 'one in all scripts',
      stored: deadLetter({
        messageId: UNICODE,
        reason: { code: 'VALUES_INVALID', text: UNICODE },
        request: { method: 'POST', url: UNICODE, body: UNICODE.repeat(99) },
        response: { status: 400, body: UNICODE },
      }),
    },
  ]
  for (const { title, stored } of cases) {
    row(`reads back ${title}`, async ({ ledger }) => {
      await ledger.record(progress(START, { deadLetters: [stored] }))
      const [read, ...more] = await ledger.deadLetters({}, ALL)
      assert.ok(read)
      const { id: _, ...rest } = read
      assert.deepEqual([rest, more], [stored, []])
    })
  }

  row('a dead letter that is recorded twice is there once, as it was first', async ({ ledger }) => {
    await ledger.record(progress(START, { deadLetters: [deadLetter(), deadLetter({ messageId: 'm2' })] }))
    await ledger.record(progress(START, { deadLetters: [deadLetter({ messageId: 'm3' })] }))
    const { deadLetters } = await everything(ledger)
    assert.deepEqual(
      deadLetters.map(({ messageId }) => messageId),
      ['m1'],
    )
  })

  row('the same event is a dead letter of each subscription of each instance', async ({ ledger }) => {
    const deadLetters = [
      deadLetter(),
      deadLetter({ subscriptionId: 'identify' }),
      deadLetter({ instanceId: 'heap-2' }),
      deadLetter({ address: address(7, 1) }),
      deadLetter({ address: address(8) }),
      deadLetter({ address: address(7, 0, 1) }),
    ]
    await ledger.record(progress(START, { deadLetters }))
    assert.equal((await ledger.deadLetters({}, ALL)).length, 6)
  })
}

function refusalRows(row: Row): void {
  const cases: readonly { readonly title: string; readonly stored: StoredRefusal }[] = [
    { title: 'a refusal', stored: refusal() },
    { title: 'a refusal without a messageId', stored: refusal({ messageId: undefined }) },
    {
      title: 'a refusal of a long text in all scripts',
      stored: refusal({ text: UNICODE.repeat(99), reason: UNICODE }),
    },
  ]
  for (const { title, stored } of cases) {
    row(`reads back ${title}`, async ({ ledger }) => {
      await ledger.record(progress(START, { refusals: [stored] }))
      const [read, ...more] = await ledger.refusals({}, ALL)
      assert.ok(read)
      const { id: _, ...rest } = read
      assert.deepEqual([rest, more], [stored, []])
    })
  }

  row('a refusal that is recorded twice is there once', async ({ ledger }) => {
    await ledger.record(progress(START, { refusals: [refusal(), refusal({ address: address(7, 1) })] }))
    await ledger.record(progress(START, { refusals: [refusal({ reason: 'another' })] }))
    const { refusals } = await everything(ledger)
    assert.deepEqual(
      refusals.map(({ address, reason }) => [address.index, reason]),
      [
        [1, refusal().reason],
        [0, refusal().reason],
      ],
    )
  })
}
