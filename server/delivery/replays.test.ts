import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { numbered, postOffice } from './post.fixtures.ts'
import { allDead, assertBalanced, DEAD, page, refused, replayOf } from './replays.fixtures.ts'

describe('a replay of dead letters', () => {
  test('delivers them in order, and they are dead letters no more', async () => {
    const office = postOffice()
    await refused(office, [...numbered('ada', 4), ...numbered('bob', 3)])
    assert.deepEqual(await office.counts(), { read: 7, matched: 7, deliveries: 7, dead: 7 })
    const id = await office.replay(DEAD)
    await office.pass(30_000)
    await office.stop()
    assert.deepEqual(await replayOf(office, id), {
      state: 'done',
      looked: 7,
      sent: 7,
      refused: 0,
      skipped: 0,
    })
    assert.deepEqual(office.letters('ada'), numbered('ada', 4))
    assert.deepEqual(office.letters('bob'), numbered('bob', 3))
    assert.deepEqual(await office.ledger.deadLetters({}, page), [])
    assert.deepEqual(await office.counts(), { read: 7, matched: 7, deliveries: 7, delivered: 7 })
  })

  test('leaves those that are refused again, with the newer reason', async () => {
    const office = postOffice()
    await refused(office, numbered('ada', 3))
    office.answers(({ letters }) => (letters.includes('ada: 2') ? { status: 422, body: 'still' } : undefined))
    const id = await office.replay(DEAD)
    await office.pass(30_000)
    await office.stop()
    assert.deepEqual(await replayOf(office, id), {
      state: 'done',
      looked: 3,
      sent: 2,
      refused: 1,
      skipped: 0,
    })
    const [letter, ...others] = await office.ledger.deadLetters({}, page)
    assert.deepEqual([others, letter?.event, letter?.response?.body], [[], '2', 'still'])
    assert.deepEqual(await office.counts(), { read: 3, matched: 3, deliveries: 3, delivered: 2, dead: 1 })
  })

  const unwanting = {
    'its trigger does not match any more': { trigger: 'type = "page"' },
    'its action is off': { enabled: false },
    'its action is gone': { id: 'another' },
  }
  for (const [title, change] of Object.entries(unwanting)) {
    test(`leaves them as they are when ${title}`, async () => {
      const office = postOffice()
      await refused(office, numbered('ada', 3))
      const before = await office.ledger.deadLetters({}, page)
      office.configure((instance) => ({
        ...instance,
        subscriptions: instance.subscriptions.map((one) => ({ ...one, ...change })),
      }))
      await office.reconfigure()
      const id = await office.replay(DEAD)
      await office.pass(30_000)
      await office.stop()
      assert.deepEqual(await replayOf(office, id), {
        ...{ state: 'done', looked: 3, sent: 0, refused: 0, skipped: 3 },
      })
      assert.deepEqual(await office.ledger.deadLetters({}, page), before)
      assert.deepEqual(office.calls, [])
    })
  }

  test('goes through the mapping of now: what it cannot make is refused again', async () => {
    const office = postOffice()
    await refused(office, numbered('ada', 2))
    office.configure((instance) => ({
      ...instance,
      subscriptions: instance.subscriptions.map((one) => ({
        ...one,
        mapping: { ...one.mapping, text: { '@path': '$.properties.nothing' } },
      })),
    }))
    await office.reconfigure()
    const id = await office.replay(DEAD)
    await office.pass(30_000)
    await office.stop()
    assert.deepEqual(await replayOf(office, id), {
      state: 'done',
      looked: 2,
      sent: 0,
      refused: 2,
      skipped: 0,
    })
    const letters = await office.ledger.deadLetters({}, page)
    assert.deepEqual(
      letters.map(({ reason }) => reason.code),
      ['VALUES_INVALID', 'VALUES_INVALID'],
    )
    assert.deepEqual(await office.counts(), { read: 2, matched: 2, deliveries: 2, dead: 2 })
  })

  test('what becomes a dead letter while it runs is not part of it', async () => {
    const office = postOffice()
    await refused(office, numbered('ada', 2))
    const newest = (await office.ledger.deadLetters({}, page))[0]?.id ?? 0
    office.answers(() => ({ status: 400 }))
    const id = await office.replay({ ...DEAD, selection: allDead(newest) })
    await office.pass(30_000)
    await office.stop()
    assert.deepEqual(await replayOf(office, id), {
      state: 'done',
      looked: 2,
      sent: 0,
      refused: 2,
      skipped: 0,
    })
    assert.equal(office.calls.flatMap(({ letters }) => letters).filter((one) => one === 'ada: 1').length, 2)
  })

  test('a person who is over a budget is waited for; others and live events go on', async () => {
    const office = postOffice({ lanes: 1 })
    await refused(office, numbered('ada', 12))
    const id = await office.replay(DEAD)
    await office.pass(1_000)
    await office.write(numbered('bob', 2))
    await office.pass(1_000)
    assert.deepEqual(office.letters('bob'), numbered('bob', 2))
    assert.ok(office.letters('ada').length <= 5)
    await office.write(['ada: new'])
    await office.pass(60_000)
    await office.stop()
    assert.deepEqual(office.letters('ada'), [...numbered('ada', 12), 'ada: new'], 'the live one goes behind')
    assert.equal((await replayOf(office, id)).state, 'done')
  })

  test('keeps its pace', async () => {
    const office = postOffice()
    await refused(
      office,
      Array.from({ length: 30 }, (_, n) => `person ${n}: hello`),
    )
    await office.replay({ ...DEAD, perSecond_max: 2 })
    await office.pass(5_000)
    const sent = office.letters().length
    assert.ok(sent >= 8 && sent <= 11, `${sent}`)
    await office.pass(12_000)
    await office.stop()
    assert.equal(office.letters().length, 30)
  })

  test('stopped, it feeds nothing more; resumed, it goes on, at another pace if one is given', async () => {
    const office = postOffice()
    await refused(
      office,
      Array.from({ length: 30 }, (_, n) => `person ${n}: hello`),
    )
    const id = await office.replay({ ...DEAD, perSecond_max: 2 })
    await office.pass(3_000)
    assert.ok(await office.ledger.changeReplay(id, ['running'], { state: 'stopped', at_ms: office.now_ms() }))
    await office.replay()
    await office.pass(1_000)
    const sent = office.letters().length
    await office.pass(60_000)
    assert.equal(office.letters().length, sent)
    const change = { state: 'running', at_ms: 2, perSecond_max: 100 } as const
    assert.ok(await office.ledger.changeReplay(id, ['stopped'], change))
    await office.replay()
    await office.pass(2_000)
    await office.stop()
    assert.deepEqual(await replayOf(office, id), {
      ...{ state: 'done', looked: 30, sent: 30, refused: 0, skipped: 0 },
    })
    assert.equal(new Set(office.letters()).size, office.letters().length)
  })

  test('goes on after a restart, and while its instance is paused it waits', async () => {
    const office = postOffice()
    await refused(
      office,
      Array.from({ length: 20 }, (_, n) => `person ${n}: hello`),
    )
    const id = await office.replay({ ...DEAD, perSecond_max: 4 })
    await office.pass(2_000)
    office.configure((instance) => ({ ...instance, paused: true }))
    await office.reconfigure()
    const sent = office.letters().length
    assert.ok(sent > 0 && sent < 20, `${sent}`)
    await office.pass(20_000)
    assert.equal(office.letters().length, sent)
    await office.stop()
    office.configure(({ paused: _, ...instance }) => instance)
    await office.start()
    await office.pass(20_000)
    await office.stop()
    assert.equal((await replayOf(office, id)).state, 'done')
    assert.equal(new Set(office.letters()).size, 20)
    assert.equal(office.letters().length, 20)
  })

  test('has failed when its instance is switched off; what it had not sent is still a dead letter', async () => {
    const office = postOffice()
    await refused(office, numbered('ada', 20))
    const id = await office.replay(DEAD)
    await office.pass(1_000)
    office.configure((instance) => ({ ...instance, enabled: false }))
    await office.reconfigure()
    await office.stop()
    const { state, reason } = (await office.ledger.replay(id)) ?? {}
    assert.deepEqual([state, reason?.code], ['failed', 'REPLAY_IMPOSSIBLE'])
    const counts = await office.counts()
    assert.equal(counts['dead'], (await office.ledger.deadLetters({}, page)).length)
    assert.equal(counts['delivered'], office.letters().length)
    assertBalanced(counts)
  })

  test('given up while it is on its way, a dead letter is counted once', async () => {
    const office = postOffice()
    await refused(office, numbered('ada', 12))
    await office.replay(DEAD)
    await office.pass(1_000)
    const delivered = office.letters().length
    assert.ok(delivered < 12)
    assert.equal(await office.ledger.giveUpDeadLetters({ instanceId: 'post' }), 12 - delivered)
    await office.pass(60_000)
    await office.stop()
    assert.deepEqual(await office.counts(), {
      ...{ read: 12, matched: 12, deliveries: 12, delivered, givenUp: 12 - delivered },
    })
  })
})

test('whatever is refused, however often it is stopped: each once, and the counts are even at every moment', async () => {
  const letters = Array.from({ length: 24 }, (_, n) => `person ${n % 5}: ${n}`)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
      fc.array(fc.constantFrom('stop', 'restart', 'pause'), { maxLength: 5 }),
      fc.integer({ min: 2, max: 40 }),
      async (again, breaks, perSecond_max) => {
        const office = postOffice()
        await refused(office, letters)
        const stubborn = new Set(letters.filter((_, n) => again[n]))
        office.answers(({ letters: sent }) =>
          sent.some((letter) => stubborn.has(letter)) ? { status: 400 } : undefined,
        )
        const id = await office.replay({ ...DEAD, selection: allDead(24), perSecond_max })
        for (const kind of breaks) {
          await office.pass(700)
          assertBalanced(await office.counts())
          if (kind === 'restart') {
            await office.stop()
            await office.start()
          } else if (kind === 'stop') {
            await office.ledger.changeReplay(id, ['running'], { state: 'stopped', at_ms: office.now_ms() })
            await office.pass(700)
            await office.ledger.changeReplay(id, ['stopped'], { state: 'running', at_ms: office.now_ms() })
            await office.replay()
          }
        }
        await office.pass(120_000)
        await office.stop()
        const accepted = office.letters().filter((letter) => !stubborn.has(letter))
        const taken = (await office.counts())['delivered'] ?? 0
        assert.equal(taken, 24 - stubborn.size)
        assert.ok(new Set(accepted).size === taken)
        assert.equal((await office.ledger.deadLetters({}, page)).length, stubborn.size)
        assertBalanced(await office.counts())
        assert.equal((await replayOf(office, id)).state, 'done')
      },
    ),
    { numRuns: 25 },
  )
})
