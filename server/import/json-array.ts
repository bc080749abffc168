import { type ImportRecord, type Place, RECORD_BYTES_MAX, readRecord, tooLong } from './place.ts'

const [QUOTE, BACKSLASH, NEWLINE] = [0x22, 0x5c, 0x0a]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

/**
 * The records of a JSON array, in portions, without holding more of it than one item: each object that stands directly in
 * the outermost list is one, however it is laid out. An item that is no JSON costs the others nothing as long as its
 * brackets and quotes come in pairs.
 *
 * @param from The end of the last record that is not wanted again; the bytes begin at the beginning of the file.
 */
export async function* arrayRecords(
  chunks: AsyncIterable<Buffer>,
  from: Place,
): AsyncGenerator<readonly ImportRecord[]> {
  const scan = scanner()
  let bytes = 0
  for await (const chunk of chunks) {
    const records = scan(chunk, bytes).filter(({ end }) => end.bytes > from.bytes)
    bytes += chunk.length
    if (records.length > 0) yield records
  }
  // An item that never ends.
  yield scan(undefined, bytes).filter(({ end }) => end.bytes > from.bytes)
}

function scanner() {
  let level = 0
  let isInText = false
  let isEscaped = false
  let line = 1
  let beganOn = 1
  let kept: Buffer[] = []
  let keptBytes = 0

  function keep(part: Buffer): void {
    keptBytes += part.length
    if (keptBytes > RECORD_BYTES_MAX) kept = []
    else kept.push(part)
  }
  function take(end: Place): ImportRecord {
    const at = { line: beganOn, end }
    const record = keptBytes > RECORD_BYTES_MAX ? tooLong(at) : readRecord(Buffer.concat(kept), at)
    kept = []
    keptBytes = 0
    return record
  }

  /** Level 1 is in the list, 2 and more in an item. */
  return function scan(chunk: Buffer | undefined, before: number): readonly ImportRecord[] {
    if (chunk === undefined) return level > 1 ? [take({ bytes: before, line })] : []
    const records: ImportRecord[] = []
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === NEWLINE) line += 1
      if (isInText) {
        if (isEscaped) isEscaped = false
        else if (byte === BACKSLASH) isEscaped = true
        else if (byte === QUOTE) isInText = false
      } else if (byte === QUOTE) isInText = true
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        level += 1
        if (level === 2) [start, beganOn] = [at, line]
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        level -= 1
        if (level !== 1) continue
        keep(chunk.subarray(start, at + 1))
        records.push(take({ bytes: before + at + 1, line }))
      }
    }
    if (level > 1) keep(chunk.subarray(start))
    return records
  }
}
