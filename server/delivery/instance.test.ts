import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { unitsFrom } from '../ledger/units.ts'
import { BUDGETS, numbered, postOffice } from './post.fixtures.ts'

const page = { count_max: 1_000 }
const many = (people: number, each: number) =>
  Array.from({ length: people * each }, (_, n) => `p${n % people}: ${Math.floor(n / people) + 1}`)

describe('A budget of the whole instance', () => {
  test('is held by all lanes together, and used nearly whole', async () => {
    const office = postOffice({ lanes: 4 })
    await office.write(many(400, 4))
    await office.start()
    await office.pass(60_000)
    assert.equal((await office.state())?.state, 'waiting for budget')
    await office.stop()
    const { units_max, window_ms } = BUDGETS.all
    for (const { at_ms: from } of office.calls) {
      const within = office.calls.filter(({ at_ms }) => at_ms >= from && at_ms < from + window_ms)
      assert.ok(within.flatMap(({ letters }) => letters).length <= units_max)
    }
    const sent = office.letters().length
    assert.ok(sent >= 6 * units_max * 0.95, `${sent} letters in six windows`)
  })

  test('is written down before anything goes out, so that no crash forgets what was used', async () => {
    const office = postOffice({ lanes: 1 })
    const open: unknown[] = []
    office.answers(({ letters }) => {
      office.ledger
        .budgetUses('post')
        .then((uses) => open.push([letters, uses.at(-1)?.at_ms, uses.at(-1)?.units]))
      return undefined
    })
    await office.write(['ada: 1', 'ada: same', 'bob: 1'])
    await office.start()
    await office.pass(1_000)
    await office.stop()
    const given = unitsFrom({ all: { '': 3 }, person: { ada: 2, bob: 1 } })
    assert.deepEqual(open, [[['ada: 1', 'bob: 1'], undefined, given]])
    const [use] = await office.ledger.budgetUses('post')
    assert.deepEqual(
      use?.units,
      unitsFrom({ all: { '': 2 }, person: { ada: 1, bob: 1 } }),
      'what did not go is given back',
    )
    assert.equal(use?.at_ms, Date.parse('2026-01-01T00:00:00.100Z'))
  })

  test('that has no room for the second delivery of an event repeats the first one to nobody', async () => {
    const office = postOffice({ lanes: 1 })
    const trigger = 'type = "track" and event != "single"'
    office.configure((instance) => ({
      ...instance,
      subscriptions: instance.subscriptions.flatMap((one) => [one, { ...one, id: 'again', trigger }]),
    }))
    await office.write(['odd: single', ...many(199, 1)])
    await office.start()
    await office.pass(60_000)
    await office.stop()
    const times = new Map<string, number>()
    for (const letter of office.letters()) times.set(letter, (times.get(letter) ?? 0) + 1)
    assert.equal(times.size, 200)
    assert.deepEqual(
      [...times].filter(([, count]) => count !== 2),
      [['odd: single', 1]],
    )
    assert.equal((await office.counts())['deliveries'], 399)
  })

  test('gives each lane its turn, the parked as well', async () => {
    const office = postOffice({ lanes: 2 })
    await office.write(many(200, 2), 'one')
    await office.write(
      many(200, 2).map((letter) => `q${letter}`),
      'other',
    )
    await office.write(numbered('ada', 10), 'one')
    await office.start()
    await office.pass(10_000)
    const from = (letter: string) => office.letters().filter((one) => one.startsWith(letter)).length
    const [one, other] = [from('p'), from('q')]
    assert.ok(Math.min(one, other) > 0.3 * (one + other), `${one} and ${other}`)
    await office.pass(60_000)
    await office.stop()
    assert.deepEqual(office.letters('ada'), numbered('ada', 10))
    assert.equal((await office.counts())['delivered'], 810)
  })
})

describe('A delivery ends without a request', () => {
  test('when nothing would change: unchanged, and no dead letter', async () => {
    const office = postOffice()
    await office.write(['ada: same', 'ada: 1'])
    await office.start()
    await office.pass(1_000)
    await office.stop()
    assert.deepEqual(await office.counts(), {
      read: 2,
      matched: 2,
      deliveries: 2,
      delivered: 1,
      unchanged: 1,
    })
    assert.deepEqual(await office.ledger.deadLetters({}, page), [])
  })

  test('when it must never go: a dead letter with the reason', async () => {
    const office = postOffice()
    await office.write(['ada: never'])
    await office.start()
    await office.pass(1_000)
    await office.stop()
    assert.deepEqual(await office.counts(), { read: 1, matched: 1, deliveries: 1, dead: 1 })
    const [dead] = await office.ledger.deadLetters({}, page)
    assert.deepEqual(dead?.reason, { code: 'VALUES_INVALID', text: 'nobody may read it' })
  })

  for (const lasting of [true, false]) {
    const kind = lasting ? 'lasting' : 'passing'
    test(`when a ${kind} memory says that it was sent: ${lasting ? 'also' : 'but not'} after a restart`, async () => {
      const office = postOffice()
      const letter = `ada: once ${kind}`
      await office.start()
      for (const _ of [1, 2]) {
        await office.write([letter])
        await office.pass(1_000)
      }
      assert.equal(office.letters().length, 1)
      await office.stop()
      await office.write([letter])
      await office.start()
      await office.pass(1_000)
      await office.stop()
      assert.equal(office.letters().length, lasting ? 1 : 2)
    })
  }

  test('a lasting memory is the ledger alone once it is there', async () => {
    const office = postOffice()
    await office.start()
    await office.write(['ada: once lasting'])
    await office.pass(1_000)
    await office.ledger.trimMemory([], 0)
    await office.write(['ada: once lasting'])
    await office.pass(1_000)
    await office.stop()
    assert.equal(office.letters().length, 2)
  })

  test('a memory goes with its instance, not with switching it off', async () => {
    const office = postOffice()
    await office.write(['ada: once lasting'])
    await office.start()
    await office.pass(1_000)
    await office.stop()
    const recalled = async () => (await office.ledger.recall('post', ['once lasting'], 0)).size
    office.configure((instance) => ({ ...instance, enabled: false }))
    await office.start()
    await office.stop()
    assert.equal(await recalled(), 1)
    office.remove()
    await office.start()
    await office.stop()
    assert.equal(await recalled(), 0)
  })
})

describe('An attempt shows', () => {
  test('what was adjusted, a hundred at most, and how many there were', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(Array.from({ length: 30 }, (_, n) => `p${n}: long`))
    await office.start()
    await office.pass(1_000)
    await office.stop()
    const [attempt] = await office.ledger.attempts({}, page)
    assert.equal(attempt?.adjustments_count, attempt?.addresses.length)
    assert.deepEqual(attempt?.adjustments?.[0], {
      address: attempt?.addresses[0],
      subscriptionId: 'send',
      field: 'text',
      text: 'cut',
    })
  })

  test('each step, and no secret: neither what authorizes nor a secret answer', async () => {
    const office = postOffice()
    office.answers(({ path }) => (path === '/token' ? { body: '{"token":"hunter3"}' } : undefined))
    await office.write(['ada: first'])
    await office.start()
    await office.pass(1_000)
    await office.stop()
    const attempts = await office.ledger.attempts({}, page)
    assert.deepEqual(
      attempts.map(({ outcome, responseBody }) => [outcome, responseBody]),
      [
        ['delivered', 'ok'],
        ['continue', '***'],
      ],
    )
    assert.doesNotMatch(JSON.stringify(attempts), /hunter/)
  })

  test('not even why a secret answer was refused, in its words', async () => {
    const office = postOffice()
    office.answers(() => ({ status: 400, body: 'bad token hunter3' }))
    await office.write(['ada: first'])
    await office.start()
    await office.pass(1_000)
    await office.stop()
    const [dead] = await office.ledger.deadLetters({}, page)
    assert.deepEqual(dead?.reason, { code: 'DESTINATION_REFUSED', text: 'It answered 400: ***' })
    assert.deepEqual(dead?.response, { status: 400, body: '***' })
    assert.doesNotMatch(JSON.stringify(await office.ledger.attempts({}, page)), /hunter/)
  })
})

describe('A receiver in trouble', () => {
  test('that slows down is asked by one lane at a time, after as long as it says, and recovers by itself', async () => {
    const office = postOffice({ lanes: 8 })
    let isDown = true
    office.answers(() => (isDown ? { status: 429, headers: { 'retry-after': '20' } } : undefined))
    await office.write(many(60, 1))
    await office.start()
    await office.pass(19_000)
    const first = office.calls.length
    assert.ok(first <= 8)
    assert.deepEqual(await office.state(), {
      state: 'backing off',
      since_ms: Date.parse('2026-01-01T00:00:00.100Z'),
      reason: { code: 'DESTINATION_THROTTLED', text: 'It answered 429: ok' },
    })
    await office.pass(61_000)
    assert.ok(office.calls.length - first <= 4, `${office.calls.length - first} requests in a minute`)
    isDown = false
    await office.pass(60_000)
    assert.deepEqual((await office.state())?.state, 'flowing')
    await office.stop()
    assert.equal((await office.counts())['delivered'], 60)
  })

  test('that does not take the settings is held, for as long as it takes; nothing is buried', async () => {
    const office = postOffice({ lanes: 4 })
    let isMended = false
    office.answers(() => (isMended ? undefined : { status: 401, body: 'who are you?' }))
    await office.write(many(40, 1))
    await office.start()
    await office.pass(24 * 3_600_000)
    const state = await office.state()
    assert.deepEqual([state?.state, state?.reason?.code], ['held', 'DESTINATION_MISCONFIGURED'])
    assert.deepEqual(await office.ledger.deadLetters({}, page), [])
    assert.ok(office.calls.length < 24 * 12 + 30, `${office.calls.length} requests in a day`)
    isMended = true
    await office.pass(3_600_000)
    await office.stop()
    assert.equal((await office.counts())['delivered'], 40)
  })

  test('holds up no other instance', async () => {
    const office = postOffice({ lanes: 2, ids: ['bad', 'good'] })
    let calls = 0
    office.answers(() => {
      calls += 1
      return calls === 1 ? { status: 500 } : undefined
    })
    await office.write(['ada: 1'])
    await office.start()
    await office.pass(500)
    const counts = [await office.counts('bad'), await office.counts('good')]
    assert.deepEqual(counts.map(({ delivered = 0 }) => delivered).sort(), [0, 1])
    await office.pass(10_000)
    await office.stop()
    assert.equal((await office.counts('bad'))['delivered'], 1)
  })
})

test('a receiver that asks for one step after another is left at the twentieth', async () => {
  const office = postOffice({ lanes: 1 })
  await office.write(['ada: round'])
  await office.start()
  await office.pass(10_000)
  await office.stop()
  assert.equal(office.calls.length, 20)
  const [dead] = await office.ledger.deadLetters({}, page)
  assert.equal(dead?.reason.code, 'PLAN_FAILED')
})

test('what a receiver refuses is bisected, and its units are given back', async () => {
  const office = postOffice({ lanes: 1 })
  office.answers(({ letters }) => (letters.includes('ada: 2') ? { status: 400, body: 'bad' } : undefined))
  await office.write(numbered('ada', 5))
  await office.start()
  await office.pass(2_000)
  await office.stop()
  assert.deepEqual(await office.counts(), { read: 5, matched: 5, deliveries: 5, delivered: 4, dead: 1 })
})

test('What one lane is told holds for the next request of another, though its batch is on its way', async () => {
  const office = postOffice({ lanes: 2 })
  const wait_ms = 60_000
  office.answers((_call, number) =>
    number === 0 ? { status: 429, headers: { 'retry-after': '60' } } : undefined,
  )
  const letters = (who: string) => [1, 2, 3].map((n) => `${who}: once ${who} ${n}`)
  await office.write(letters('ada'))
  await office.write(letters('eve'))
  await office.start()
  await office.pass(2 * wait_ms)
  await office.stop()
  const [first] = office.calls
  const early = office.calls.filter(({ at_ms }) => at_ms < (first?.at_ms ?? 0) + wait_ms)
  assert.equal(early.length, 2, 'one of each lane, from before the answer')
  for (const who of ['ada', 'eve']) assert.deepEqual([...new Set(office.letters(who))], letters(who))
})
