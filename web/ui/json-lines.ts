import type { Json } from '../../core/event.ts'
import { type JsonKind, jsonKind } from '../../core/json-kind.ts'
import { printPath } from '../../core/path.ts'

/** One line of a value that is drawn as a tree. */
export type JsonLine = {
  /** As mappings write it: `$.properties.plan`. */
  readonly path: string
  readonly depth: number
  /** Absent for the root. */
  readonly name?: string
  readonly value: Json
  readonly size: number
  readonly kind: JsonKind
}

/** The lines of a value; what is below a closed path is left out. */
export function jsonLines(
  value: Json,
  isOpen: (path: string, depth: number) => boolean,
): readonly JsonLine[] {
  const lines: JsonLine[] = []
  function walk(one: Json, keys: readonly string[]): void {
    const printed = printPath(keys)
    const path = printed.startsWith('$') ? printed : `$.${printed}`
    const kind = jsonKind(one)
    const entries = kind === 'object' || kind === 'list' ? Object.entries(one as object) : []
    const name = keys.at(-1)
    const depth = keys.length
    lines.push({
      path,
      depth,
      value: one,
      size: entries.length,
      kind,
      ...(name === undefined ? {} : { name }),
    })
    if (entries.length === 0 || !isOpen(path, depth)) return
    for (const [key, inner] of entries) walk(inner as Json, [...keys, key])
  }
  walk(value, [])
  return lines
}
