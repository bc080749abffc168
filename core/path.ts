import type { Json, SpecEvent } from './event.ts'
import { own } from './own.ts'

/**
 * Compiles a path into an event: `$.properties.plan`, `properties.items[0].sku`, `traits.address\.city` (a key with a
 * dot in it). A leading `$.` may be left out; `$`, `.` and the empty text mean the whole event.
 *
 * The result never throws: what is not there is `undefined`. Only own properties are seen, so `constructor` and
 * `__proto__` find nothing unless the event holds them.
 */
export function compilePath(path: string): (event: SpecEvent) => Json | undefined {
  const keys = pathKeys(path)
  const [first] = keys
  if (first === undefined) return (event) => event as unknown as Json
  if (keys.length === 1) return (event) => own(event, first)
  return function resolve(event) {
    let value: unknown = event
    for (const key of keys) {
      value = own(value, key)
      if (value === undefined) return undefined
    }
    return value as Json
  }
}

/** The keys that a path names, in order. */
export function pathKeys(path: string): readonly string[] {
  const text = path.replace(/^\$(\.|(?=\[)|$)/, '')
  const keys: string[] = []
  let key = ''
  let at = 0
  const end = () => {
    if (key !== '') keys.push(key)
    key = ''
  }
  while (at < text.length) {
    const character = text.charAt(at)
    const index = character === '[' ? /^\[(\d+)\]/.exec(text.slice(at)) : null
    if (character === '\\' && at + 1 < text.length) {
      key += text.charAt(at + 1)
      at += 2
    } else if (character === '.') {
      end()
      at += 1
    } else if (index !== null) {
      end()
      keys.push(index[1] as string)
      at += index[0].length
    } else {
      key += character
      at += 1
    }
  }
  end()
  return keys
}
