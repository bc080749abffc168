// Several processes over one log and one ledger: docs/adr/0037-roles-and-lane-ownership.md.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { randomFrom } from '../test/crash/random.ts'
import { type Processes, processes, waited } from './processes.fixtures.ts'

const LANES = 8
const PEOPLE = 12
const SEEDS = 6
const STEPS = 40

/** Every letter has arrived, each person's in the order of their numbers, and the books say the same. */
async function assertWhole(
  all: Processes,
  written: readonly string[],
  { dead = 0, duplicate = 0 } = {},
): Promise<void> {
  const first = new Map<string, number>()
  for (const { letter, status } of all.received) {
    if (status !== 200 || first.has(letter)) continue
    const [to = '', text = ''] = letter.split(': ')
    const number = Number(text.split(' ').at(-1))
    const before = Math.max(
      0,
      ...[...first.keys()].filter((one) => one.startsWith(`${to}: `)).map((one) => first.get(one) ?? 0),
    )
    assert.ok(number > before, `${letter} after ${before}`)
    first.set(letter, number)
  }
  const missing = written.filter((letter) => !first.has(letter))
  assert.deepEqual(
    missing.filter((letter) => !letter.includes('bad')),
    [],
  )
  assert.deepEqual(await all.counts(), {
    ...{ read: written.length, matched: written.length, deliveries: written.length },
    delivered: written.length - dead,
    ...(dead > 0 ? { dead } : {}),
  })
  assert.deepEqual(await all.counts('app'), {
    accepted: written.length,
    ...(duplicate > 0 ? { duplicate } : {}),
  })
  assert.deepEqual(all.troubles, [])
}

function doubles({ received }: Processes): readonly string[] {
  const taken = received.filter(({ status }) => status === 200).map(({ letter }) => letter)
  return taken.filter((letter, at) => taken.indexOf(letter) !== at)
}

describe('several processes', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    test(`seed ${seed}: killed, frozen, stopped and begun, they lose nothing, count nothing twice, keep the order and drop copies`, async () => {
      const random = randomFrom(seed)
      const pick = (below: number) => Math.floor(random.next() * below)
      const all = processes({ lanes: LANES })
      const numbers = new Map<string, number>()
      const written: string[] = []
      const away: Promise<void>[] = []
      let copies = 0
      all.receives((letters) => {
        if (letters.some((letter) => letter.includes('bad'))) return 400
        return random.next() < 0.05 ? 503 : 200
      })
      await all.start()
      await all.start()
      for (let step = 0; step < STEPS; step++) {
        const letters = Array.from({ length: pick(30) }, () => {
          const to = `p${pick(PEOPLE)}`
          const next = (numbers.get(to) ?? 0) + 1
          numbers.set(to, next)
          return `${to}: ${random.next() < 0.02 ? 'bad' : 'say'} ${next}`
        })
        await all.write(letters)
        written.push(...letters)
        const again = written.filter(() => random.next() < 0.02)
        await all.writeAgain(again)
        copies += again.length
        await all.pass(pick(2_000))
        const running = all.running()
        const one = running[pick(running.length)]
        if (one === undefined || running.length > 4) continue
        const fate = pick(10)
        if (fate < 3 || running.length === 1) await all.start()
        else if (fate < 5) away.push(all.stop(one))
        else if (fate < 6) all.kill(one)
        else if (fate < 8) away.push(all.freeze(one, 10_000, pick(3_000)))
      }
      all.receives((letters) => (letters.some((letter) => letter.includes('bad')) ? 400 : 200))
      await all.start()
      await waited(all.clock, Promise.all(away))
      await all.pass(1_800_000)
      await all.end()
      const bad = written.filter((letter) => letter.includes('bad')).length
      await assertWhole(all, written, { dead: bad, duplicate: copies })
    })
  }

  test('each with a role of its own, what one does the other leaves', async () => {
    const all = processes({ lanes: LANES })
    const [sends, counts] = [await all.start(new Set(['delivery'])), await all.start(new Set(['indexer']))]
    const written = Array.from({ length: 60 }, (_, at) => `p${at % 6}: say ${Math.floor(at / 6) + 1}`)
    await all.write(written)
    await all.pass(300_000)
    assert.deepEqual(new Set(all.received.map(({ by }) => by)), new Set([sends.by]))
    all.kill(counts)
    await all.write(['p7: say 1'])
    await all.pass(5_000)
    assert.deepEqual(await all.counts('app'), { accepted: written.length }, 'nobody counts now')
    await all.start(new Set(['indexer']))
    await all.pass(5_000)
    await all.end()
    await assertWhole(all, [...written, 'p7: say 1'])
  })

  test('what is over the hard limit of the log is expired for each destination, counted once, and the rest arrives', async () => {
    const [bytes_max, count] = [40_000, 400]
    const all = processes({ lanes: LANES, ids: ['post', 'other'], logBytesHard_max: bytes_max })
    for (let n = 0; n < 2; n++) await all.start()
    let isDown = true
    all.receives(() => (isDown ? 503 : 200))
    const written = Array.from({ length: count }, (_, at) => `p${at % PEOPLE}: say ${at + 1}`)
    for (const letter of written) await all.write([letter])
    assert.ok((await all.log.stats()).bytes > bytes_max)
    await all.pass(180_000)
    assert.ok((await all.log.stats()).bytes <= bytes_max)
    isDown = false
    await all.pass(1_800_000)
    await all.end()
    for (const id of ['post', 'other']) {
      // What was parked finds its event gone: a dead letter.
      const { expired = 0, delivered = 0, dead = 0, ...others } = await all.counts(id)
      const read = delivered + dead
      assert.ok(expired > 0 && delivered > dead, `${expired} expired, ${delivered} delivered`)
      assert.equal(expired + read, count)
      assert.deepEqual(others, { read, matched: read, deliveries: read })
    }
    const taken = all.received.filter(({ status }) => status === 200).map(({ letter }) => letter)
    assert.deepEqual(all.troubles, [])
    const [post = 0, other = 0] = await Promise.all(
      ['post', 'other'].map(async (id) => (await all.counts(id))['delivered']),
    )
    assert.equal(taken.length, post + other)
  })

  const HELD: readonly {
    readonly what: string
    readonly word?: string
    readonly failing_ms?: number
    readonly isReplayed?: true
  }[] = [
    { what: 'which it could not send for long', failing_ms: 900_000 },
    { what: 'which it has sent, and is to send once more', isReplayed: true },
    { what: 'which is parked, nor holds that for refused', word: 'slowly' },
  ]
  for (const { what, word = 'say', failing_ms = 0, isReplayed } of HELD) {
    test(`once a person is deleted, no process sends anything of theirs ${what}`, async () => {
      const all = processes({ lanes: LANES })
      for (let n = 0; n < 2; n++) await all.start(new Set(['delivery', 'indexer']))
      const pages = await all.start(new Set(['admin']))
      let isDown = failing_ms > 0
      all.receives(() => (isDown ? 503 : 200))
      await all.write(Array.from({ length: PEOPLE }, (_, at) => `p${at}: ${word} 1`))
      await all.pass(failing_ms + 25_000)
      // Their next try is minutes away.
      await all.erase(pages, 'p0')
      const before = all.received.length
      isDown = false
      if (isReplayed) await all.replay()
      await all.pass(1_800_000)
      await all.end()
      const after = new Set(all.received.slice(before).map(({ letter }) => letter))
      assert.deepEqual(after, new Set(Array.from({ length: PEOPLE - 1 }, (_, at) => `p${at + 1}: ${word} 1`)))
      const { dead, givenUp } = await all.counts()
      assert.deepEqual([dead, givenUp], [undefined, undefined])
      assert.deepEqual(all.troubles, [])
    })
  }

  test('a new process has its share within a second, and what was begun goes on', async () => {
    const all = processes({ lanes: 64 })
    const one = await all.start()
    const other = await all.start()
    await all.pass(1_000)
    assert.deepEqual(
      [one, other].map(({ joined }) => joined.delivery.lanes().length),
      [32, 32],
    )
    await all.end()
  })

  test('switched off and on again, events pass an instance by in every process, and none is stuck', async () => {
    const all = processes({ lanes: LANES })
    for (let n = 0; n < 3; n++) await all.start()
    const changed = (enabled: boolean) =>
      waited(
        all.clock,
        all.configure((instance) => ({ ...instance, enabled })),
      )
    const round = (number: number) => Array.from({ length: 24 }, (_, at) => `p${at}: say ${number}`)
    await all.write(round(1))
    await all.pass(60_000)
    await changed(false)
    await all.write(round(2))
    await all.pass(5_000)
    await changed(true)
    await all.pass(5_000)
    await all.write(round(3))
    await all.pass(60_000)
    await all.end()
    assert.deepEqual(
      all.received.map(({ letter }) => letter).toSorted(),
      [...round(1), ...round(3)].toSorted(),
    )
    assert.deepEqual(all.troubles, [])
  })

  test('a rolling restart of all of them sends nothing twice', async () => {
    const all = processes({ lanes: LANES })
    const written: string[] = []
    for (let n = 0; n < 3; n++) await all.start()
    for (let round = 1; round <= 6; round++) {
      const letters = Array.from({ length: 40 }, (_, at) => `p${at}: say ${round}`)
      await all.write(letters)
      written.push(...letters)
      await all.pass(50)
      const [oldest] = all.running()
      await all.start()
      if (oldest !== undefined) await waited(all.clock, all.stop(oldest))
      await all.pass(2_000)
    }
    await all.pass(600_000)
    await all.end()
    await assertWhole(all, written)
    assert.deepEqual(doubles(all), [])
  })
})
