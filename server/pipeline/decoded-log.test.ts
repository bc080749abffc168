import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryLog } from '../log/memory.ts'
import { decodedLog } from './decoded-log.ts'

const LIMITS = { count_max: 3, bytes_max: 1_000_000 }

/** Chunks of one entry each, in turns of two lanes, and how often the log was asked for their texts. */
async function watchedLog() {
  const log = memoryLog({ lanes: 2 })
  const lanes: number[] = []
  for (let n = 0; n < 8; n++) {
    const [address] = await log.append([{ key: 'pr'.charAt(n % 2), text: JSON.stringify({ n }) }])
    lanes.push(address?.lane as number)
  }
  const asked = { after: 0 }
  const watched = {
    ...log,
    after(...given: Parameters<typeof log.after>) {
      asked.after += 1
      return log.after(...given)
    },
  }
  return { log: watched, asked, lanes }
}

const numbers = (chunks: readonly { readonly open: () => readonly unknown[] }[]) =>
  chunks.flatMap(({ open }) => numbersOf(open()))
const numbersOf = (entries: readonly unknown[]) => entries.map((entry) => (entry as { n: number }).n)

test('reads all lanes in the order in which they were written, up to the limit', async () => {
  const { log } = await watchedLog()
  const decoded = decodedLog(log)
  const first = await decoded.after(0, LIMITS)
  assert.deepEqual(numbers(first), [0, 1, 2])
  const rest = await decoded.after(first.at(-1)?.chunk ?? 0, { ...LIMITS, count_max: 100 })
  assert.deepEqual(numbers(rest), [3, 4, 5, 6, 7])
  assert.deepEqual(await decoded.after(rest.at(-1)?.chunk ?? 0, LIMITS), [])
})

test('what the readers of the lanes have just read is not read again', async () => {
  const { log, asked, lanes } = await watchedLog()
  const decoded = decodedLog(log)
  for (const lane of new Set(lanes))
    await decoded.read(lane, { chunk: 0, index: 0 }, { count_max: 100, bytes_max: 1e9 })
  assert.deepEqual(numbers(await decoded.after(0, LIMITS)), [0, 1, 2])
  assert.equal(asked.after, 0)
})

test('a chunk that no reader has read yet is not passed over for one that was', async () => {
  const { log, lanes } = await watchedLog()
  const decoded = decodedLog(log)
  const other = lanes.find((lane) => lane !== lanes[0]) as number
  await decoded.read(other, { chunk: 0, index: 0 }, { count_max: 100, bytes_max: 1e9 })
  assert.deepEqual(numbers(await decoded.after(0, LIMITS)), [0, 1, 2])
})

test('where they have not read on, the log is read from there', async () => {
  const { log, asked, lanes } = await watchedLog()
  const decoded = decodedLog(log)
  await decoded.read(lanes[0] as number, { chunk: 0, index: 0 }, { count_max: 1, bytes_max: 1 })
  const known = await decoded.after(0, LIMITS)
  assert.deepEqual([numbers(known), asked.after], [[0], 0])
  assert.deepEqual([numbers(await decoded.after(known[0]?.chunk ?? 0, LIMITS)), asked.after], [[1, 2, 3], 1])
})

test('who listens to a lane hears what is opened of the whole log: where it begins, and that nothing lies between', async () => {
  const { log, lanes } = await watchedLog()
  const decoded = decodedLog(log)
  const heard: [from: number, read: readonly number[]][] = []
  decoded.listen(lanes[0] as number, {
    heard: (from, { entries }) => heard.push([from.chunk, numbersOf(entries)]),
    forget: () => heard.push([0, []]),
  })
  const opened = async (after: number) => {
    const chunks = await decoded.after(after, { ...LIMITS, count_max: 2 })
    numbers(chunks)
    return chunks
  }
  const first = await opened(0)
  const second = await opened(first.at(-1)?.chunk ?? 0)
  const [zero, , two] = [...first, ...second].map(({ chunk }) => chunk) as [number, number, number]
  assert.deepEqual(heard.splice(0), [
    [1, [0]],
    [zero + 1, [2]],
  ])
  // From here on what was read before does not count as heard.
  decoded.forget()
  const third = await opened(second.at(-1)?.chunk ?? 0)
  // Nor does what somebody reads who begins elsewhere.
  await opened(two)
  assert.deepEqual(heard, [
    [0, []],
    [(second.at(-1)?.chunk ?? 0) + 1, [4]],
    [two + 1, [4]],
  ])
  // Nor what was read before it was rewritten, and is opened after that.
  decoded.forget()
  heard.length = 0
  numbers(third)
  assert.deepEqual(heard, [])
})

test('who listens to a lane hears each chunk of it as it is opened, and nothing of one that is not', async () => {
  const { log, lanes } = await watchedLog()
  const decoded = decodedLog(log)
  const [lane] = lanes as [number]
  const heard: [from: number, read: readonly number[]][] = []
  decoded.listen(lane, {
    heard: (from, { entries }) => heard.push([from.chunk, numbersOf(entries)]),
    forget: () => {},
  })
  const chunks = await decoded.read(lane, { chunk: 0, index: 0 }, LIMITS)
  assert.deepEqual(heard, [])
  const [first, second] = chunks as [(typeof chunks)[0], (typeof chunks)[0]]
  second.open()
  first.open()
  assert.deepEqual(heard, [
    [first.chunk + 1, [2]],
    [0, [0]],
  ])
  decoded.forget()
  second.open()
  assert.equal(heard.length, 2)
})

test('while several read, a chunk is parsed once for them all; while one does, nothing is kept', async () => {
  const { log, lanes } = await watchedLog()
  let isShared = true
  const decoded = decodedLog(log, undefined, { isShared: () => isShared })
  const read = async () => {
    const [chunk] = await decoded.read(lanes[0] as number, { chunk: 0, index: 0 }, LIMITS)
    return chunk?.open()
  }
  const [one, other] = [await read(), await read()]
  assert.ok(one !== undefined && one === other)
  isShared = false
  const [alone, again] = [await read(), await read()]
  assert.deepEqual([alone, again], [one, one])
  assert.equal(new Set([one, alone, again]).size, 3)
  isShared = true
  assert.ok((await read()) !== one)
})
