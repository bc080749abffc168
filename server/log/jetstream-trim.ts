import type { Beside } from './jetstream-beside.ts'
import type { ChunkReads } from './jetstream-chunks.ts'
import type { KnownLanes } from './jetstream-known.ts'
import type { StreamWire } from './jetstream-wire.ts'
import type { TrimPolicy } from './log.ts'

/** So many are overwritten one by one, at some 20 ms each. */
const OVERWRITTEN_MAX = 200
/** Of these at once. */
const AT_ONCE_MAX = 20

/** The numbers that go, of each lane, oldest first. */
type Going = readonly number[][]

/**
 * Removes old chunks. A few are overwritten. Many go by one order to the servers for each lane, and leave the disk with their file of
 * 8 MB, or when half of it is empty: where that many go at once, a file is not kept for long.
 */
export function jetstreamTrim(
  wire: StreamWire,
  beside: Beside,
  chunks: ChunkReads,
  known: KnownLanes,
  lanes: number,
) {
  const nothing = (): number[][] => Array.from({ length: lanes }, () => [])

  async function byAge({ before_ms, keepFrom }: TrimPolicy): Promise<Going> {
    const going = nothing()
    for (const [lane, numbers] of going.entries()) {
      const goes = ({ chunk, at_ms }: { chunk: number; at_ms: number }) =>
        chunk < (keepFrom[lane] ?? 0) && at_ms < before_ms
      const first = await chunks.firstHead(lane, 0)
      if (first === undefined || !goes(first)) continue
      for await (const head of chunks.heads(lane, 0)) {
        if (!goes(head)) break
        numbers.push(head.chunk)
      }
    }
    return going
  }
  /** The oldest of all lanes that make up so many bytes. */
  async function byBytes(over_bytes: number, { keepFrom }: TrimPolicy): Promise<Going> {
    const going = nothing()
    let left = over_bytes
    for await (const { lane, chunk, text_bytes } of chunks.heads(undefined, 0)) {
      if (left <= 0) break
      if (chunk >= (keepFrom[lane] ?? 0)) continue
      going[lane]?.push(chunk)
      left -= text_bytes
    }
    return going
  }
  async function remove(going: Going): Promise<number> {
    const numbers = going.flat()
    for (const number of numbers) {
      const replaced = beside.replaced(number)
      if (replaced !== undefined) await beside.remove(replaced)
    }
    if (numbers.length > OVERWRITTEN_MAX) {
      for (const [lane, own] of going.entries()) {
        if (own.length > 0) await wire.purge(chunks.subjectOf(lane), (own.at(-1) as number) + 1)
      }
      return numbers.length
    }
    for (let at = 0; at < numbers.length; at += AT_ONCE_MAX) {
      await Promise.all(numbers.slice(at, at + AT_ONCE_MAX).map(wire.remove))
    }
    return numbers.length
  }
  /** Only what is gone is hidden: what could not be removed is tried again. */
  async function removeAll(going: Going): Promise<number> {
    const count = await remove(going)
    for (const [lane, own] of going.entries()) known.setFloor(lane, (own.at(-1) ?? -1) + 1)
    return count
  }
  async function bytes(): Promise<number> {
    const replaced = beside.heads(undefined, 0, Number.POSITIVE_INFINITY)
    return (await wire.state()).bytes + replaced.reduce((sum, { text_bytes }) => sum + text_bytes, 0)
  }

  return async function trim(policy: TrimPolicy): Promise<number> {
    await beside.catchUp()
    const removed = await removeAll(await byAge(policy))
    const over_bytes = (await bytes()) - policy.bytes_max
    return over_bytes > 0 ? removed + (await removeAll(await byBytes(over_bytes, policy))) : removed
  }
}
