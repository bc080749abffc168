import type { ImportRecord } from './place.ts'

/** The text in pieces of so many bytes, as a slow disk would give it; a long one as a fast disk would. */
export async function* pieces(
  text: string | Buffer,
  bytes = text.length > 100_000 ? 65_536 : 7,
): AsyncGenerator<Buffer> {
  const whole = Buffer.from(text)
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes)
}

export async function allOf(records: AsyncIterable<readonly ImportRecord[]>): Promise<ImportRecord[]> {
  const all: ImportRecord[] = []
  for await (const portion of records) all.push(...portion)
  return all
}

/** What a reader of records makes of them: the value or the code, with the line. */
export function told(records: readonly ImportRecord[]): readonly (readonly [line: number, what: unknown])[] {
  return records.map((record) => [record.line, 'value' in record ? record.value : record.code])
}
