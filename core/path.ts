import type { Json } from './event.ts'
import { own } from './own.ts'

/** Finds a value in an event, or in what a mapping made of it. Never throws: what is not there is `undefined`. */
export type Find = (root: Json | undefined) => Json | undefined

/**
 * Compiles a path: `$.properties.plan`, `properties.items[0].sku`, `traits.address\.city` or `traits["address.city"]`
 * (a key with a dot in it). A leading `$.` may be left out; `$`, `.` and the empty text mean the whole.
 * Only own properties are seen, so `constructor` and `__proto__` find nothing unless the event holds them.
 */
export function compilePath(path: string): Find {
  return compileKeys(pathKeys(path))
}

export function compileKeys(keys: readonly string[]): Find {
  const [first, second] = keys
  if (first === undefined) return (root) => root
  const get = getter(first)
  if (second === undefined) return get
  const next = getter(second)
  if (keys.length === 2) return (root) => next(get(root))
  const rest = keys.slice(2).map(getter)
  return function find(root) {
    let value = next(get(root))
    for (const step of rest) {
      if (value === undefined) return undefined
      value = step(value)
    }
    return value
  }
}

/** Whatever else an object or a list has, it inherits, and it is a function: no JSON value is one. */
function getter(key: string): Find {
  if (key === '__proto__') return (value) => own(value, key)
  return function get(value) {
    if (typeof value !== 'object' || value === null) return undefined
    const found = (value as Record<string, Json>)[key]
    return typeof found === 'function' ? undefined : found
  }
}

/** A dot; an index; a key in either quotes, in which a backslash makes the next character plain; or one character. */
const PIECE = /\.|\[(?:(\d+)|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)')\]|\\([\s\S])|[\s\S]/g

/** The keys that a path names, in order. Total: whatever cannot be an index or a quoted key is part of a key. */
export function pathKeys(path: string): readonly string[] {
  const keys: string[] = []
  let key = ''
  const end = () => {
    if (key !== '') keys.push(key)
    key = ''
  }
  for (const match of path.replace(/^\$(\.|(?=\[)|$)/, '').matchAll(PIECE)) {
    const [whole, index, double, single, escaped] = match
    const bracket = index ?? (double ?? single)?.replace(/\\([\s\S])/g, '$1')
    if (bracket !== undefined || whole === '.') end()
    else key += escaped ?? whole
    if (bracket !== undefined) keys.push(bracket)
  }
  end()
  return keys
}

/** Where in a path a key is missing after a dot: `a..b`, `a.`, `a.[0]`. `pathKeys` reads over it; a trigger does not. */
export function missingKeyAt(path: string): number | undefined {
  let before = ''
  for (const { 0: piece, index } of path.matchAll(PIECE)) {
    if (before === '.' && (piece === '.' || piece.length > 1) && !piece.startsWith('\\')) return index
    before = piece
  }
  return before === '.' ? path.length : undefined
}

/** The shortest usual way to write a path, such that `pathKeys(printPath(keys))` is `keys`. */
export function printPath(keys: readonly string[]): string {
  const [first, ...rest] = keys
  if (first === undefined) return '$'
  const begin = PLAIN.test(first) ? first : `$${printBracket(first)}`
  return begin + rest.map((key) => (PLAIN.test(key) ? `.${key}` : printBracket(key))).join('')
}

/** What needs neither quotes nor a backslash, also in a trigger. */
const PLAIN = /^[\p{L}_@][\p{L}\p{M}\p{N}_@$-]*$/u

function printBracket(key: string): string {
  return /^(0|[1-9]\d*)$/.test(key) ? `[${key}]` : `["${key.replace(/["\\]/g, '\\$&')}"]`
}
