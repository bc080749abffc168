import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BUDGETS, numbered, postOffice } from './post.fixtures.ts'

const PERSON = BUDGETS.person
const page = { count_max: 1_000 }

describe('A person over a budget', () => {
  test('is parked; others go on at once, and the parked follow in order as the budget has room', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write([...numbered('ada', 12), ...numbered('bob', 3)])
    await office.start()
    await office.pass(1_000)
    assert.deepEqual(office.letters('ada'), numbered('ada', 5))
    assert.deepEqual(office.letters('bob'), numbered('bob', 3))
    assert.deepEqual(await office.counts(), {
      read: 15,
      matched: 15,
      deliveries: 15,
      delivered: 8,
      parked: 7,
    })
    await office.pass(2 * PERSON.window_ms)
    assert.deepEqual(office.letters('ada').slice(0, 10), numbered('ada', 10))
    await office.pass(2 * PERSON.window_ms)
    await office.stop()
    assert.deepEqual(office.letters('ada'), numbered('ada', 12))
    assert.deepEqual(await office.counts(), { read: 15, matched: 15, deliveries: 15, delivered: 15 })
    assertNoBreach(office)
  })

  test('keeps the order: what comes later waits behind what is parked, from whatever lane', async () => {
    const office = postOffice({ lanes: 4 })
    await office.write(numbered('ada', 8))
    await office.start()
    await office.pass(1_000)
    await office.write(numbered('ada', 2, 9))
    await office.write(['ada: from elsewhere'], 'another lane')
    await office.pass(9_000)
    assert.equal(
      office.letters('ada').length,
      5,
      'though the budget of a second window has nothing to do with them',
    )
    await office.pass(4 * PERSON.window_ms)
    await office.stop()
    assert.deepEqual(
      office.letters('ada').filter((letter) => !letter.endsWith('elsewhere')),
      numbered('ada', 10),
    )
    assert.equal(office.letters('ada').length, 11)
    assertNoBreach(office)
  })

  test('does not hold up what stands before it when that is refused', async () => {
    const office = postOffice({ lanes: 1 })
    office.answers(({ letters }) => (letters.includes('ada: 4') ? { status: 400 } : undefined))
    await office.write(numbered('ada', 2))
    await office.start()
    await office.pass(1_000)
    await office.write(numbered('ada', 5, 3))
    await office.pass(1_500)
    assert.deepEqual(
      office.calls.map(({ letters }) => letters.map((letter) => letter.slice(5)).join(' ')),
      ['1 2', '3 4 5', '3', '4 5', '4', '5', '6'],
    )
    const { delivered, dead, parked } = await office.counts()
    assert.deepEqual({ delivered, dead, parked }, { delivered: 5, dead: 1, parked: 1 })
    await office.stop()
  })

  test('stays parked over a restart, and nothing of the budget is forgotten by it', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(numbered('ada', 12))
    await office.start()
    await office.pass(1_000)
    await office.stop()
    await office.start()
    await office.pass(7_000)
    assert.equal(office.letters('ada').length, 5)
    await office.pass(4 * PERSON.window_ms)
    await office.stop()
    assert.deepEqual(office.letters('ada'), numbered('ada', 12))
    assertNoBreach(office)
  })

  test('has used what she used before a restart, though nothing of hers was parked then', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(numbered('ada', 5))
    await office.start()
    await office.pass(1_000)
    await office.stop()
    await office.write(numbered('ada', 5, 6))
    await office.start()
    await office.pass(8_000)
    assert.equal(office.letters('ada').length, 5)
    await office.pass(3 * PERSON.window_ms)
    await office.stop()
    assert.deepEqual(office.letters('ada'), numbered('ada', 10))
    assertNoBreach(office)
  })

  test('waits for as much as her next letter needs, while less is free', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(['ada: 1'])
    await office.start()
    await office.pass(5_000)
    await office.write(['ada: heavy', 'ada: 2', 'bob: 1'])
    await office.pass(5_000)
    assert.deepEqual(office.letters(), ['ada: 1', 'bob: 1'])
    await office.pass(2_000)
    assert.deepEqual(office.letters('ada'), ['ada: 1', 'ada: heavy'])
    await office.pass(20_000)
    await office.stop()
    assert.deepEqual(office.letters('ada'), ['ada: 1', 'ada: heavy', 'ada: 2'])
  })

  test('keeps the chunks of her events in the log for as long as she waits', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(numbered('ada', 60))
    await office.start()
    await office.pass(1_000)
    await office.write(numbered('bob', 1))
    await office.pass(60_000)
    assert.deepEqual(office.kept.at(-1), [1])
    await office.pass(180_000)
    await office.stop()
    assert.deepEqual(office.kept.at(-1), [(await office.log.end(0)).chunk + 1])
    assert.deepEqual(office.letters('ada'), numbered('ada', 60))
  })
})

describe('What is parked, when its turn comes,', () => {
  test('ends as a dead letter when its subscription is off', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(numbered('ada', 6))
    await office.start()
    await office.pass(1_000)
    await office.stop()
    office.configure((instance) => ({
      ...instance,
      subscriptions: instance.subscriptions.map((subscription) => ({ ...subscription, enabled: false })),
    }))
    await office.start()
    await office.pass(2 * PERSON.window_ms)
    await office.stop()
    const [dead] = await office.ledger.deadLetters({}, page)
    assert.equal(dead?.reason.code, 'SUBSCRIPTION_GONE')
    assert.equal(dead?.messageId, 'm6')
    assert.deepEqual(await office.counts(), { read: 6, matched: 6, deliveries: 6, delivered: 5, dead: 1 })
  })

  test('ends as a dead letter when consent is needed now that it does not carry', async () => {
    const office = postOffice({ lanes: 1 })
    const context = { consent: { categoryPreferences: { Analytics: true, Ads: false } } }
    await office.write(numbered('ada', 6), 'ada', context)
    await office.start()
    await office.pass(1_000)
    await office.stop()
    office.configure((instance) => ({ ...instance, consent: ['Analytics', 'Ads'] }))
    await office.start()
    await office.pass(2 * PERSON.window_ms)
    await office.stop()
    const [dead] = await office.ledger.deadLetters({}, page)
    assert.equal(dead?.reason.code, 'CONSENT_MISSING')
    assert.deepEqual(await office.counts(), { read: 6, matched: 6, deliveries: 6, delivered: 5, dead: 1 })
  })

  test('ends as a dead letter when the call switches off what the destination is called now', async () => {
    const office = postOffice({ lanes: 1 })
    const integrations = { 'Heap in Europe': false }
    await office.write(numbered('ada', 6), 'ada', {}, integrations)
    await office.start()
    await office.pass(1_000)
    await office.stop()
    office.configure((instance) => ({ ...instance, name: 'Heap in Europe' }))
    await office.start()
    await office.pass(2 * PERSON.window_ms)
    await office.stop()
    const [dead] = await office.ledger.deadLetters({}, page)
    assert.equal(dead?.reason.code, 'INTEGRATION_OFF')
  })

  test('is handled by the mapping of now', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(numbered('ada', 6))
    await office.start()
    await office.pass(1_000)
    await office.stop()
    office.configure((instance) => ({
      ...instance,
      subscriptions: instance.subscriptions.map((subscription) => ({
        ...subscription,
        mapping: { ...subscription.mapping, text: 'mended' },
      })),
    }))
    await office.start()
    await office.pass(2 * PERSON.window_ms)
    await office.stop()
    assert.deepEqual(office.letters('ada').slice(5), ['ada: mended'])
  })

  test('is counted as forgotten when its instance was switched off meanwhile', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(numbered('ada', 7))
    await office.start()
    await office.pass(1_000)
    await office.stop()
    office.configure((instance) => ({ ...instance, enabled: false }))
    await office.start()
    await office.stop()
    assert.deepEqual(await office.counts(), {
      read: 7,
      matched: 7,
      deliveries: 7,
      delivered: 5,
      forgotten: 2,
    })
  })
})

describe('A receiver that has begun and is to be asked again', () => {
  test('is asked when it said, with the state it left; others do not wait for it, her own do', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(['ada: slowly', 'bob: 1'])
    await office.start()
    await office.pass(1_000)
    await office.write(['ada: after', 'bob: 2'])
    await office.pass(20_000)
    assert.deepEqual(office.letters(), ['ada: slowly', 'bob: 1', 'bob: 2'])
    await office.stop()
    await office.start()
    await office.pass(90_000)
    await office.stop()
    assert.deepEqual(
      office.calls.filter(({ path }) => path.startsWith('/visits')).map(({ path }) => path),
      ['/visits/0', '/visits/1', '/visits/2'],
    )
    assert.deepEqual(office.letters().slice(3), ['ada: slowly', 'ada: slowly', 'ada: after'])
    const visits = office.calls.filter(({ path }) => path.startsWith('/visits')).map(({ at_ms }) => at_ms)
    assert.ok((visits[1] ?? 0) - (visits[0] ?? 0) >= 30_000)
    assert.deepEqual(await office.counts(), { read: 4, matched: 4, deliveries: 4, delivered: 4 })
  })

  test('waits alone when it is for nobody', async () => {
    const office = postOffice({ lanes: 1 })
    await office.write(['nobody: slowly', 'nobody: 1'])
    await office.start()
    await office.pass(1_000)
    assert.deepEqual(office.letters(), ['nobody: slowly', 'nobody: 1'])
    await office.pass(90_000)
    await office.stop()
    assert.equal((await office.counts())['delivered'], 2)
  })
})

/** Letters as the receiver may have counted them: each when it was sent, or when its answer came. */
function assertNoBreach({ calls }: ReturnType<typeof postOffice>): void {
  for (const { at_ms: from } of calls) {
    const within = calls.filter(({ at_ms }) => at_ms >= from && at_ms < from + PERSON.window_ms)
    const ada = within.flatMap(({ letters }) => letters).filter((letter) => letter.startsWith('ada: '))
    assert.ok(ada.length <= PERSON.units_max, `${ada.length} letters in a window`)
  }
}
