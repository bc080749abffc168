import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUSY_PARTS, oneAfterTheOther, pace, REST_MS_MAX } from './pace.ts'

/** A thread in which delivery has work for a share of the time, and how long was rested after each piece. */
function threadOf(busyShare: () => number, isBehind = true) {
  const times = { active: 0, idle: 0 }
  const rests_ms: number[] = []
  const spend = (ms: number, share: number) => {
    times.active += ms * share
    times.idle += ms * (1 - share)
  }
  const inTurn = pace({
    threadTimes: () => ({ ...times }),
    isBehind: () => isBehind,
    async sleep(ms) {
      rests_ms.push(ms)
      spend(Math.max(1, ms), busyShare())
      return true
    },
  })
  return { rests_ms, piece: (ms: number) => inTurn(async () => spend(ms, 1)) }
}

async function restsOf(busyShare: number, isBehind: boolean, piece_ms: number): Promise<readonly number[]> {
  const thread = threadOf(() => busyShare, isBehind)
  for (const ms of [...WARM_UP, piece_ms]) await thread.piece(ms)
  return thread.rests_ms
}

const WARM_UP = Array<number>(30).fill(10)
type Row = readonly [title: string, busyShare: number, isBehind: boolean, piece_ms: number, rest_ms: number]
const rows: readonly Row[] = [
  ['with nothing else to do it goes on at once', 0, true, 10, 0],
  ['beside a little other work too', 0.3, true, 10, 0],
  ['beside a lot of work too, while delivery keeps up', 1, false, 10, 0],
  [
    'while delivery is behind and has all the work it can do, it takes one part of many',
    1,
    true,
    10,
    10 * (BUSY_PARTS - 1),
  ],
  ['a piece that took long does not make it stand still', 1, true, 10_000, REST_MS_MAX],
]
for (const [title, busyShare, isBehind, piece_ms, rest_ms] of rows) {
  test(`an indexer: ${title}`, async () => {
    const rests_ms = await restsOf(busyShare, isBehind, piece_ms)
    assert.equal(rests_ms.at(-1), rest_ms)
  })
}

test('an indexer is quick again when delivery has ended', async () => {
  let busyShare = 1
  const thread = threadOf(() => busyShare)
  for (const ms of WARM_UP) await thread.piece(ms)
  busyShare = 0
  for (const ms of [10, 10]) await thread.piece(ms)
  assert.equal(thread.rests_ms.at(-1), 0)
})

test('pieces never overlap, and one that fails holds up nobody', async () => {
  const inTurn = pace({ sleep: async () => true })
  const said: string[] = []
  const work = (name: string) => async () => {
    said.push(`${name} begins`)
    await Promise.resolve()
    said.push(`${name} ends`)
    if (name === 'b') throw new Error('b fails')
    return name
  }
  const done = await Promise.allSettled(['a', 'b', 'c'].map((name) => inTurn(work(name))))
  assert.deepEqual(said, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  assert.deepEqual(
    done.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
})

test('several of a kind get the turns of one', async () => {
  const said: string[] = []
  const inTurn = pace({ sleep: async () => true })
  const lanes = oneAfterTheOther(inTurn)
  const say = (name: string) => async () => {
    said.push(name)
  }
  const other = async () => {
    for (let n = 0; n < 3; n++) await inTurn(say('index'))
  }
  await Promise.all([...['1', '2', '3'].map((lane) => lanes(say(`lane ${lane}`))), other()])
  // The lanes queue for one place in the line: the other one's second turn comes before their third.
  assert.ok(said.indexOf('lane 3') > said.indexOf('index', said.indexOf('index') + 1), said.join(', '))
})
