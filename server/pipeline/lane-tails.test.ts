import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Position } from '../../core/event.ts'
import { memoryLog } from '../log/memory.ts'
import { laneTails } from './lane-tails.ts'

const WHOLE = { count_max: 1_000, bytes_max: 1_000_000 }

/** Chunks of one entry in one lane, read through the tails; `asked` is how often the log itself was. */
function underTest() {
  const log = memoryLog({ lanes: 1 })
  const tails = laneTails<{ lane: number; chunk: number; count: number; at_ms: number; chars: number }>(log)
  let asked = 0
  const append = (...texts: string[]) =>
    Promise.all(texts.map((text) => log.append([{ key: 'p', text: JSON.stringify(text) }])))
  async function read(chunk: number, limits = WHOLE, during: () => Promise<unknown> = async () => {}) {
    const from: Position = { chunk, index: 0 }
    const found = await tails.reading(0, from, limits, async () => {
      asked += 1
      const chunks = (await log.read(0, from, limits)).map(({ text, ...head }) => ({
        ...head,
        chars: text.length,
      }))
      await during()
      return chunks
    })
    return found.map((one) => one.chunk)
  }
  return { append, read, tails, asked: () => asked }
}

async function grown(...texts: string[]) {
  const lane = underTest()
  for (const text of texts) await lane.append(text)
  return lane
}

describe('the end of a lane', () => {
  test('is asked of the log once for all who read it', async () => {
    const { read, asked } = await grown('a', 'b', 'c')
    const all = await read(0)
    assert.equal(all.length, 3)
    assert.deepEqual([await read(0), await read(all[1] as number)], [all, all.slice(1)])
    assert.deepEqual(await read((all[2] as number) + 1), [])
    assert.equal(asked(), 1)
  })
  test('is asked anew once it has grown, and only for what is new', async () => {
    const { append, read, asked } = await grown('a')
    const [first = 0] = await read(0)
    await append('b')
    const [second = 0] = await read(first + 1)
    assert.deepEqual([await read(0), asked()], [[first, second], 2])
  })
  test('is not taken for the end when it grew while the log was asked', async () => {
    const { append, read, asked } = await grown('a')
    const [first = 0] = await read(0, WHOLE, () => append('b'))
    assert.equal((await read(first + 1)).length, 1)
    assert.equal(asked(), 2)
  })
  test('is cut where the limits of who reads say', async () => {
    const { read, asked } = await grown('a', 'b', 'c')
    const all = await read(0)
    assert.deepEqual(await read(0, { ...WHOLE, count_max: 2 }), all.slice(0, 2))
    assert.deepEqual(await read(0, { ...WHOLE, bytes_max: 1 }), all.slice(0, 1))
    assert.equal(asked(), 1)
  })
  test('that was cut when it was read is asked for what is behind it', async () => {
    const { read, asked } = await grown('a', 'b', 'c')
    const [first = 0] = await read(0, { ...WHOLE, count_max: 1 })
    assert.equal((await read(first + 1)).length, 2)
    assert.deepEqual([(await read(0)).length, asked()], [3, 2])
  })
  test('read from further on does not tell what is before it', async () => {
    const { read, asked } = await grown('a', 'b', 'c')
    await read(3)
    assert.equal((await read(0)).length, 3)
    assert.equal(asked(), 2)
  })
  test('is kept within its bound', async () => {
    const { read, asked } = await grown('x'.repeat(100_000), 'y'.repeat(100_000))
    const all = await read(0)
    assert.deepEqual([await read(all[1] as number), asked()], [all.slice(1), 1])
    assert.deepEqual([await read(0), asked()], [all, 2])
  })
  test('is asked anew when chunks were rewritten', async () => {
    const { read, tails, asked } = await grown('a')
    await read(0)
    tails.forget()
    await read(0)
    assert.equal(asked(), 2)
  })
})
