import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { webhook } from '../../destinations/webhook/index.ts'
import { numbered, type PostCall, postOffice } from './post.fixtures.ts'
import { laneUnderTest } from './testing.ts'

const page = { count_max: 10_000 }
const MINUTE_MS = 60_000
const POISON = 'eve: poison'
const isPoisoned = ({ letters }: PostCall) => letters.some((letter) => letter.includes('poison'))

type Office = ReturnType<typeof postOffice>
/** What was taken, in order. */
function takenBy(office: Office, isTaken: (call: PostCall) => boolean): string[] {
  const taken: string[] = []
  office.answers((call) => {
    if (!isTaken(call)) return { status: 503, body: 'oops' }
    taken.push(...call.letters)
    return undefined
  })
  return taken
}

describe('A letter that the receiver fails for, while it takes others,', () => {
  test('is found in its batch and set aside; its person waits behind it, and nobody else', async () => {
    const office = postOffice({ lanes: 2 })
    const taken = takenBy(office, (call) => !isPoisoned(call))
    await office.write([...numbered('ada', 2), POISON, 'eve: after', ...numbered('bob', 2)], 'one lane')
    for (let n = 1; n <= 60; n++) {
      await office.write([`zoe${n}: 1`], 'zoe')
      if (n === 1) await office.start()
      await office.pass(1_000)
    }
    assert.deepEqual(
      taken.filter((letter) => !letter.startsWith('zoe')),
      ['ada: 1', 'ada: 2', 'bob: 1', 'bob: 2'],
    )
    assert.equal((await office.counts())['parked'], 2)
    const { count, reason } = (await office.ledger.aside()).get('post') ?? {}
    assert.deepEqual([count, reason], [1, { code: 'DESTINATION_FAILED', text: 'It answered 503: oops' }])
    assert.equal((await office.state())?.state, 'flowing')
    await office.stop()
  })

  test('is tried alone, ever more seldom, and is in history as parked, with the reason', async () => {
    const office = await withOneAside()
    await office.pass(60 * MINUTE_MS)
    await office.stop()
    const tries = office.calls.filter(({ letters }) => letters.length === 1 && letters[0] === POISON)
    const gaps_ms = tries.slice(1).map(({ at_ms }, n) => at_ms - (tries[n]?.at_ms ?? 0))
    assert.ok(tries.length > 8 && tries.length < 25, `${tries.length} tries`)
    assert.ok((gaps_ms.at(-1) ?? 0) > 4 * MINUTE_MS)
    const [newest] = (await office.ledger.attempts({}, page)).filter(({ outcome }) => outcome === 'parked')
    assert.equal(newest?.reason?.text, 'Set aside: it fails alone. It answered 503: oops')
    assert.equal(newest?.attempt, tries.length)
  })

  test('goes with all that waits behind it, in order, once the receiver takes it', async () => {
    const office = await withOneAside()
    await office.write(['eve: last'], 'one lane')
    await office.pass(MINUTE_MS)
    const taken = takenBy(office, () => true)
    await office.pass(10 * MINUTE_MS)
    await office.stop()
    assert.deepEqual(taken, [POISON, 'eve: after', 'eve: last'])
    assert.equal((await office.ledger.aside()).size, 0)
    assert.equal((await office.counts())['parked'], undefined)
  })

  test('is a dead letter past the limit, and what waits behind it goes', async () => {
    const office = await withOneAside()
    await office.pass(75 * MINUTE_MS)
    await office.stop()
    const [dead, ...others] = await office.ledger.deadLetters({}, page)
    assert.deepEqual(others, [])
    assert.equal(dead?.reason.code, 'DELIVERY_GAVE_UP')
    assert.match(dead?.request?.body ?? '', /eve: poison/)
    assert.ok(office.letters('eve').includes('eve: after'))
    assert.deepEqual(await office.counts(), { read: 14, matched: 14, deliveries: 14, delivered: 13, dead: 1 })
  })

  test('stays set aside over a restart, with how often it failed', async () => {
    const office = await withOneAside()
    await office.pass(10 * MINUTE_MS)
    await office.stop()
    const [before] = await office.ledger.parked('post', 'eve', 1)
    await office.start()
    await office.pass(20 * MINUTE_MS)
    await office.stop()
    const [after] = await office.ledger.parked('post', 'eve', 1)
    assert.ok((before?.aside?.failures ?? 0) > 5)
    assert.ok((after?.aside?.failures ?? 0) > (before?.aside?.failures ?? 0))
    assert.equal(after?.aside?.since_ms, before?.aside?.since_ms)
  })

  async function withOneAside(): Promise<Office> {
    const office = postOffice({ lanes: 2 })
    takenBy(office, (call) => !isPoisoned(call))
    await office.write([POISON, 'eve: after'], 'one lane')
    await office.start()
    for (let n = 1; n <= 12; n++) {
      await office.write([`zoe${n}: 1`], 'zoe')
      await office.pass(1_000)
    }
    assert.equal((await office.ledger.aside()).get('post')?.count, 1)
    return office
  }
})

describe('A letter that a firewall answers 403 for, while the receiver takes others,', () => {
  const walled = (call: PostCall) => (isPoisoned(call) ? { status: 403, body: 'blocked' } : undefined)
  /** Others go on, in another lane; each is answered. */
  async function others(office: Office, minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await office.write([`zoe: ${minute}`], 'zoe')
      await office.pass(MINUTE_MS)
    }
  }
  async function started(): Promise<Office> {
    const office = postOffice({ lanes: 2 })
    office.answers(walled)
    await office.write([...numbered('ada', 2), POISON, 'eve: after', ...numbered('bob', 2)], 'one lane')
    await office.start()
    for (let n = 1; n <= 60; n++) {
      await office.write([`zoe${n}: 1`], 'zoe')
      await office.pass(1_000)
    }
    return office
  }

  test('is set aside, and the destination is not held for it', async () => {
    const office = await started()
    assert.equal((await office.state())?.state, 'flowing')
    assert.equal((await office.ledger.aside()).get('post')?.reason.code, 'DESTINATION_MISCONFIGURED')
    assert.equal((await office.counts())['parked'], 2)
    await office.stop()
  })

  test('is a dead letter past the limit while others are taken', async () => {
    const office = await started()
    await others(office, 75)
    await office.stop()
    const dead = await office.ledger.deadLetters({}, page)
    assert.deepEqual(
      dead.map(({ reason }) => reason.code),
      ['DELIVERY_GAVE_UP'],
    )
    assert.match(dead[0]?.reason.text ?? '', /It answered 403: blocked/)
  })

  test('is none when others are not taken any more: then it may be the settings', async () => {
    const office = await started()
    await others(office, 30)
    office.answers(() => ({ status: 403 }))
    await others(office, 75)
    assert.equal((await office.state())?.state, 'held')
    assert.deepEqual(await office.ledger.deadLetters({}, page), [])
    const taken = takenBy(office, () => true)
    await office.pass(20 * MINUTE_MS)
    await office.stop()
    assert.ok(taken.includes(POISON) && taken.includes('eve: after'))
    assert.equal((await office.counts())['parked'], undefined)
  })

  test('is none while there is nobody else: nothing speaks for the settings', async () => {
    const office = await started()
    await office.pass(120 * MINUTE_MS)
    await office.stop()
    assert.deepEqual(await office.ledger.deadLetters({}, page), [])
  })
})

describe('Letters that the receiver fails for in every lane at once', () => {
  test('hold no lane, though nothing is answered while each lane tries its own', async () => {
    const office = postOffice({ lanes: 4 })
    const taken = takenBy(office, (call) => !isPoisoned(call))
    const people = Array.from({ length: 40 }, (_, n) => `p${n}`)
    for (const who of people) await office.write([`${who}: poison`, `${who}-friend: 1`], who)
    await office.start()
    await office.pass(15 * MINUTE_MS)
    assert.deepEqual(new Set(taken), new Set(people.map((who) => `${who}-friend: 1`)))
    await office.stop()
    assert.equal((await office.ledger.aside()).get('post')?.count, 40)
  })
})

describe('While the receiver is down', () => {
  test('nothing is set aside but a guess in ten minutes, and no request more goes out', async () => {
    const office = postOffice({ lanes: 2 })
    takenBy(office, () => false)
    await office.write(Array.from({ length: 60 }, (_, n) => `p${n}: 1`))
    await office.start()
    await office.pass(45 * MINUTE_MS)
    const { count = 0 } = (await office.ledger.aside()).get('post') ?? {}
    assert.ok(count >= 1 && count <= 5, `${count} are set aside`)
    assert.ok(office.calls.length < 30, `${office.calls.length} requests`)
    assert.equal((await office.state())?.state, 'backing off')
    const taken = takenBy(office, () => true)
    await office.pass(15 * MINUTE_MS)
    await office.stop()
    assert.equal(new Set(taken).size, 60)
    assert.equal(taken.length, 60)
  })

  test('nothing is set aside when it answers 401, however long: the settings are wrong, and that is told', async () => {
    const office = postOffice({ lanes: 2 })
    office.answers(() => ({ status: 401 }))
    await office.write(Array.from({ length: 60 }, (_, n) => `p${n}: 1`))
    await office.start()
    await office.pass(45 * MINUTE_MS)
    assert.equal((await office.ledger.aside()).size, 0)
    assert.equal((await office.state())?.state, 'held')
    const taken = takenBy(office, () => true)
    await office.pass(15 * MINUTE_MS)
    await office.stop()
    assert.equal(new Set(taken).size, 60)
  })

  test('nothing is cut or set aside when it answers 429', async () => {
    const office = postOffice({ lanes: 2 })
    office.answers((call) => (isPoisoned(call) ? { status: 429 } : undefined))
    await office.write([POISON, 'bob: 1'], 'one lane')
    await office.start()
    for (let n = 1; n <= 20; n++) {
      await office.write([`zoe${n}: 1`], 'zoe')
      await office.pass(20_000)
    }
    await office.stop()
    assert.equal((await office.ledger.aside()).size, 0)
    assert.ok(office.calls.filter(isPoisoned).every(({ letters }) => letters.length === 2))
  })
})

describe('Whatever letters the receiver fails for, and whenever it is down,', () => {
  const letter = fc.record({
    lane: fc.integer({ min: 0, max: 3 }),
    who: fc.integer({ min: 0, max: 2 }),
    isPoisoned: fc.boolean(),
    then_ms: fc.constantFrom(0, 0, 0, 500, 30_000),
  })
  const outage = fc.record({
    from_ms: fc.integer({ min: 0, max: 200_000 }),
    for_ms: fc.integer({ min: 0, max: 900_000 }),
  })

  test('each is delivered once, in order for each person, when it takes them at last', async () => {
    const world = fc.record({
      lanes: fc.integer({ min: 1, max: 4 }),
      letters: fc.array(letter, { minLength: 1, maxLength: 60 }),
      outages: fc.array(outage, { maxLength: 2 }),
    })
    await fc.assert(
      fc.asyncProperty(world, async ({ lanes, letters, outages }) => {
        const office = postOffice({ lanes })
        const start_ms = office.clock.now_ms()
        let isMended = false
        const isDown = (at_ms: number) =>
          outages.some(
            ({ from_ms, for_ms }) => at_ms >= start_ms + from_ms && at_ms < start_ms + from_ms + for_ms,
          )
        const taken = takenBy(office, (call) => isMended || !(isDown(call.at_ms) || isPoisoned(call)))
        await office.start()
        const written: string[] = []
        for (const [n, { lane, who, isPoisoned, then_ms }] of letters.entries()) {
          const text = `${lane}-${who}: ${isPoisoned ? 'poison' : 'fine'} ${n}`
          written.push(text)
          await office.write([text], `lane ${lane}`)
          if (then_ms > 0) await office.pass(then_ms)
        }
        await office.pass(30 * MINUTE_MS)
        isMended = true
        await office.pass(25 * MINUTE_MS)
        await office.stop()
        const of = (all: readonly string[], who: string) => all.filter((one) => one.startsWith(`${who}:`))
        for (const who of new Set(written.map((text) => text.split(':')[0] as string))) {
          assert.deepEqual(of(taken, who), of(written, who))
        }
        assert.deepEqual(office.troubles, [])
        const { delivered, parked = 0 } = await office.counts()
        assert.deepEqual([delivered, parked], [letters.length, 0])
      }),
      { numRuns: 40 },
    )
  })
})

describe('Where a destination does not say whose an event is', () => {
  test('what comes later of the same person waits behind one that is set aside', async () => {
    const lane = laneUnderTest(
      ({ body }) => ((body as { event: string }).event === 'poison' ? { status: 500 } : undefined),
      { destination: webhook },
    )
    await lane.track('a', 'poison', 'b')
    await lane.run()
    await lane.track('c')
    await lane.run()
    assert.deepEqual(await lane.counts(), { read: 4, matched: 4, deliveries: 4, delivered: 1, parked: 3 })
    const [subject] = await lane.ledger.nextSubjects('it', 10, 'aside')
    const rows = await lane.ledger.parked('it', subject?.subject ?? '', 10)
    assert.deepEqual(
      rows.map(({ aside }) => aside?.failures),
      [1, undefined, undefined],
    )
  })
})
