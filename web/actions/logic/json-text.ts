import type { Json } from '../../../core/event.ts'
import { step } from '../../../core/mapping/closures.ts'

export type TextSpan = { readonly start: number; readonly end: number }
/** A JSON text that is being written, with the place of each part; or what is wrong with it, and where. */
export type ReadJson =
  | { readonly ok: true; readonly value: Json; readonly places: ReadonlyMap<string, TextSpan> }
  | { readonly ok: false; readonly problem: string; readonly span: TextSpan }

const DEPTH_MAX = 200
const SPACE = /[ \t\r\n]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON's own grammar names them (RFC 8259, section 7)
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SIMPLE = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

type Stop = { readonly problem: string; readonly span: TextSpan }
type Reader = {
  at: number
  stop: Stop | undefined
  readonly text: string
  readonly places: Map<string, TextSpan>
}

/** Places are written as the checks of mappings write them: `@first[1].@lookup.table`; the whole is ''. Never throws. */
export function readJson(text: string): ReadJson {
  const reader: Reader = { at: 0, stop: undefined, text, places: new Map() }
  const value = readValue(reader, '', 0)
  skip(reader)
  if (reader.at < text.length) fail(reader, 'there is more behind the end of the value', text.length)
  if (reader.stop !== undefined) return { ok: false, ...reader.stop }
  return { ok: true, value, places: reader.places }
}

function readValue(reader: Reader, place: string, depth: number): Json {
  skip(reader)
  const start = reader.at
  if (depth > DEPTH_MAX) return fail(reader, 'nested too deep')
  const value = readAt(reader, place, depth)
  if (reader.stop === undefined) reader.places.set(place, { start, end: reader.at })
  return value
}

function readAt(reader: Reader, place: string, depth: number): Json {
  const next = reader.text[reader.at]
  if (next === '{') return readMembers(reader, place, depth)
  if (next === '[') return readItems(reader, place, depth)
  if (next === '"') return readString(reader)
  const simple = take(reader, SIMPLE)
  if (simple !== undefined) return JSON.parse(simple) as Json
  if (next === undefined) return fail(reader, 'a value is missing here')
  return fail(
    reader,
    next === "'" ? 'texts stand in double quotes' : 'a value is expected here: texts in "…"',
  )
}

function readMembers(reader: Reader, place: string, depth: number): Json {
  const value: Record<string, Json> = {}
  reader.at += 1
  if (takeChar(reader, '}')) return value
  do {
    skip(reader)
    const start = reader.at
    if (reader.text[start] !== '"') return fail(reader, 'a key in double quotes is expected here')
    const key = readString(reader)
    if (Object.hasOwn(value, key)) return fail(reader, `"${key}" is there twice`, reader.at, start)
    if (!takeChar(reader, ':')) return fail(reader, 'a ":" is missing here')
    const inner = readValue(reader, step(place, key), depth + 1)
    Object.defineProperty(value, key, { value: inner, enumerable: true, configurable: true, writable: true })
    if (reader.stop !== undefined) return null
  } while (takeChar(reader, ','))
  return takeChar(reader, '}') ? value : fail(reader, 'a "," or "}" is missing here')
}

function readItems(reader: Reader, place: string, depth: number): Json {
  const items: Json[] = []
  reader.at += 1
  if (takeChar(reader, ']')) return items
  do {
    items.push(readValue(reader, step(place, items.length), depth + 1))
    if (reader.stop !== undefined) return null
  } while (takeChar(reader, ','))
  return takeChar(reader, ']') ? items : fail(reader, 'a "," or "]" is missing here')
}

function readString(reader: Reader): string {
  const found = take(reader, STRING)
  if (found !== undefined) return JSON.parse(found) as string
  const line = reader.text.indexOf('\n', reader.at)
  fail(reader, 'the text has no end, or a character that needs a backslash', line < 0 ? undefined : line)
  return ''
}

function skip(reader: Reader): void {
  take(reader, SPACE)
}

function takeChar(reader: Reader, char: string): boolean {
  skip(reader)
  const isHere = reader.text[reader.at] === char
  if (isHere) reader.at += 1
  return isHere
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)?.[0]
  if (found !== undefined) reader.at += found.length
  return found
}

function fail(reader: Reader, problem: string, end = reader.at + 1, start = reader.at): null {
  reader.stop ??= {
    problem,
    span: { start: Math.min(start, reader.text.length), end: Math.min(end, reader.text.length) },
  }
  return null
}
