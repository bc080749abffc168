import type { Beside } from './jetstream-beside.ts'
import type { ChunkReads } from './jetstream-chunks.ts'
import type { StoredHead } from './jetstream-head.ts'
import type { StreamWire } from './jetstream-wire.ts'
import type { TrimPolicy } from './log.ts'

/**
 * Removes old chunks: for each lane everything before one number, which the servers do at once. Unlike a message that is removed
 * alone (20 ms each) these are not overwritten: they leave the disk with their file of 8 MB, or when half of it is empty.
 */
export function jetstreamTrim(wire: StreamWire, beside: Beside, chunks: ChunkReads, lanes: number) {
  /** For each lane the number before which everything goes. */
  async function before(lane: number, { before_ms, keepFrom }: TrimPolicy): Promise<number> {
    const keep = keepFrom[lane] ?? 0
    const goes = ({ chunk, at_ms }: StoredHead) => chunk < keep && at_ms < before_ms
    const first = await chunks.firstHead(lane, 0)
    if (first === undefined || !goes(first)) return 0
    let below = 0
    for await (const head of chunks.heads(lane, 0)) {
      if (!goes(head)) break
      below = head.chunk + 1
    }
    return below
  }
  /** The same for the oldest chunks of all lanes that make up so many bytes. */
  async function beforeBytes(over_bytes: number, { keepFrom }: TrimPolicy): Promise<readonly number[]> {
    const below = new Array<number>(lanes).fill(0)
    let left = over_bytes
    for await (const head of chunks.heads(undefined, 0)) {
      if (left <= 0) break
      if (head.chunk >= (keepFrom[head.lane] ?? 0)) continue
      below[head.lane] = head.chunk + 1
      left -= head.text_bytes
    }
    return below
  }
  async function remove(below: readonly number[]): Promise<number> {
    let removed = 0
    for (const [lane, number] of below.entries()) {
      if (number === 0) continue
      for (const head of beside.heads(lane, 0, number)) {
        await beside.remove(head)
        removed += 1
      }
      removed += await wire.purge(chunks.subjectOf(lane), number)
    }
    return removed
  }
  async function bytes(): Promise<number> {
    const replaced = beside.heads(undefined, 0, Number.POSITIVE_INFINITY)
    return (await wire.state()).bytes + replaced.reduce((sum, { text_bytes }) => sum + text_bytes, 0)
  }

  return async function trim(policy: TrimPolicy): Promise<number> {
    await beside.catchUp()
    const byAge: number[] = []
    for (let lane = 0; lane < lanes; lane++) byAge.push(await before(lane, policy))
    const removed = await remove(byAge)
    const over_bytes = (await bytes()) - policy.bytes_max
    return over_bytes > 0 ? removed + (await remove(await beforeBytes(over_bytes, policy))) : removed
  }
}
