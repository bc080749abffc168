import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryLog } from '../log/memory.ts'
import { decodedLog } from './decoded-log.ts'

const ALL = { count_max: 100, bytes_max: 1_000_000 }
const from = (chunk: number) => ({ chunk, index: 0 })

/** A lane of chunks of one entry each, and from where on its log was asked for texts. */
async function written(count: number, options: Parameters<typeof decodedLog>[2] = {}) {
  const log = memoryLog({ lanes: 1 })
  const write = async (text = '1') => void (await log.append([{ key: 'p', text }]))
  for (let n = 0; n < count; n++) await write()
  const asked: number[] = []
  const decoded = decodedLog(
    {
      ...log,
      read(...given: Parameters<typeof log.read>) {
        asked.push(given[1].chunk)
        return log.read(...given)
      },
    },
    undefined,
    options,
  )
  const read = async (chunk: number, limits = ALL) =>
    (await decoded.read(0, from(chunk), limits)).map((one) => one.chunk)
  return { write, asked, read, decoded }
}

test('the log is asked once for several readers, and not while the lane has not grown', async () => {
  const { write, asked, read } = await written(3)
  assert.deepEqual(await Promise.all([read(0), read(0), read(0)]), Array(3).fill([1, 2, 3]))
  assert.deepEqual([await read(2), await read(4)], [[2, 3], []])
  assert.deepEqual(asked, [0])
  await write()
  assert.deepEqual([await read(1), await read(4), await read(5)], [[1, 2, 3, 4], [4], []])
  assert.deepEqual(asked, [0, 4])
})

test('who wants more than is there goes on where that ends; who wants less gets as much', async () => {
  const { asked, read } = await written(5)
  assert.deepEqual(await read(1, { ...ALL, count_max: 2 }), [1, 2])
  assert.deepEqual(await read(1, { ...ALL, count_max: 4 }), [1, 2, 3, 4])
  assert.deepEqual(await read(2, { ...ALL, count_max: 1 }), [2])
  assert.deepEqual(asked, [1, 3])
})

test('who is behind reads by itself, and takes nothing from those that keep up', async () => {
  const { asked, read } = await written(5)
  assert.deepEqual(await read(4), [4, 5])
  assert.deepEqual(await read(1, { ...ALL, count_max: 2 }), [1, 2])
  assert.deepEqual(await read(4), [4, 5])
  assert.deepEqual(asked, [4, 1])
})

test('what was forgotten is read again', async () => {
  const { asked, read, decoded } = await written(2)
  await read(1)
  decoded.forget()
  assert.deepEqual(await read(1), [1, 2])
  assert.deepEqual(asked, [1, 1])
})

test('of very much the oldest is not kept', async () => {
  const { write, asked, read } = await written(0)
  const large = JSON.stringify('x'.repeat(900_000))
  for (let n = 0; n < 4; n++) await write(large)
  const everything = { count_max: 100, bytes_max: 10_000_000 }
  assert.deepEqual(await read(1, everything), [1, 2, 3, 4])
  assert.deepEqual(await read(3, everything), [3, 4])
  assert.deepEqual(await read(1, everything), [1, 2, 3, 4])
  assert.deepEqual(asked, [1, 1, 1])
})

test('who reads alone keeps nothing, and asks nothing at the end', async () => {
  const { write, asked, read } = await written(2, { isShared: () => false })
  assert.deepEqual([await read(0), await read(3), await read(3)], [[1, 2], [], []])
  await write()
  assert.deepEqual([await read(3), await read(4), await read(1)], [[3], [], [1, 2, 3]])
  assert.deepEqual(asked, [0, 3, 1])
})
