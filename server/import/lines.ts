import { type ImportRecord, type Place, RECORD_BYTES_MAX, readRecord, tooLong } from './place.ts'

const NEWLINE = 10
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * The records of NDJSON, in portions: each line that is not empty is one. A line over `RECORD_BYTES_MAX` is passed over
 * without being held.
 *
 * @param from Where the bytes begin in the file.
 */
export async function* lineRecords(
  chunks: AsyncIterable<Buffer>,
  from: Place,
): AsyncGenerator<readonly ImportRecord[]> {
  let kept: Buffer[] = []
  let keptBytes = 0
  let { bytes, line } = from

  function end(last: Buffer): ImportRecord | undefined {
    const isLong = keptBytes + last.length > RECORD_BYTES_MAX
    const whole = isLong || kept.length === 0 ? last : Buffer.concat([...kept, last])
    kept = []
    keptBytes = 0
    const at = { line, end: { bytes, line } }
    if (isLong) return tooLong(at)
    const text = line === 1 ? withoutMark(whole) : whole
    return isBlank(text) ? undefined : readRecord(text, at)
  }

  for await (const chunk of chunks) {
    const records: ImportRecord[] = []
    let start = 0
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      bytes += at + 1 - start
      line += 1
      const record = end(chunk.subarray(start, at))
      if (record !== undefined) records.push(record)
      start = at + 1
    }
    const rest = chunk.subarray(start)
    bytes += rest.length
    keptBytes += rest.length
    if (keptBytes > RECORD_BYTES_MAX) kept = []
    else if (rest.length > 0) kept.push(rest)
    if (records.length > 0) yield records
  }
  if (keptBytes === 0) return
  line += 1
  const record = end(Buffer.alloc(0))
  if (record !== undefined) yield [record]
}

export function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== 13) return false
  return true
}
