/**
 * A posting says that something with a hash is in a chunk. It is one number: the hash's 32 bits, then 21 bits of how far
 * the chunk is from the run's first one. 53 bits are what a float holds exactly, and floats sort natively.
 *
 * A run is sorted postings of a stretch of chunks that no other run covers, cut into blocks.
 */
export type Postings = Float64Array<ArrayBuffer>

export const OFFSETS = 2 ** 21
/** 32 KB: one read when something is looked up. */
export const BLOCK_POSTINGS = 4_096

export function posting(hash: number, offset: number): number {
  return hash * OFFSETS + offset
}

/** Sorts in place, and leaves out what is there twice. */
export function sortedPostings(postings: Postings): Postings {
  postings.sort()
  let count = 0
  let last = -1
  for (let at = 0; at < postings.length; at++) {
    const value = postings[at] as number
    if (value === last) continue
    postings[count++] = value
    last = value
  }
  return postings.subarray(0, count)
}

/** The place of the first posting that is not below a value. */
export function placeOf(postings: Postings, value: number): number {
  let [low, high] = [0, postings.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((postings[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

export type RunReader = {
  /** How much further the merged run's first chunk is behind than this one's. */
  readonly shift: number
  /** The next block; undefined at the end. */
  readonly next: () => Postings | undefined
}
type Head = { block: Postings; at: number; value: number; readonly run: RunReader }

/**
 * Merges runs into blocks, one at a time, so that who merges can do other things in between. Offsets below `offset_min` are
 * left out: their chunks are gone.
 */
export function* mergedBlocks(runs: readonly RunReader[], offset_min: number): Generator<Postings> {
  const heads: Head[] = []
  for (const run of runs) {
    const head: Head = { block: new Float64Array(0), at: 0, value: 0, run }
    if (step(head)) heads.push(head)
  }
  let out = new Float64Array(BLOCK_POSTINGS)
  let count = 0
  while (heads.length > 0) {
    let least = heads[0] as Head
    for (let n = 1; n < heads.length; n++) {
      const head = heads[n] as Head
      if (head.value < least.value) least = head
    }
    if (offset_min <= 0 || least.value % OFFSETS >= offset_min) out[count++] = least.value
    if (!step(least)) heads.splice(heads.indexOf(least), 1)
    if (count < BLOCK_POSTINGS) continue
    yield out
    out = new Float64Array(BLOCK_POSTINGS)
    count = 0
  }
  if (count > 0) yield out.subarray(0, count)
}

/** Moves to the next posting; false at the end of the run. */
function step(head: Head): boolean {
  if (head.at >= head.block.length) {
    const block = head.run.next()
    if (block === undefined || block.length === 0) return false
    head.block = block
    head.at = 0
  }
  head.value = (head.block[head.at++] as number) + head.run.shift
  return true
}

export function bytesOf(postings: Postings): Uint8Array {
  return new Uint8Array(postings.buffer, postings.byteOffset, postings.byteLength)
}

export function postingsOf(bytes: Uint8Array): Postings {
  return new Float64Array(bytes.slice().buffer)
}
