import type { Json } from '../../core/event.ts'
import { printPath } from '../../core/path.ts'
import type { Mark } from '../ui/JsonTreeLine.tsx'

export type Adjustment = { readonly field: string; readonly text: string }

/** Where a value was changed so that the receiver takes it: by the names of what was changed, wherever they stand. */
export function marksOf(
  value: Json | undefined,
  adjustments: readonly Adjustment[],
): Readonly<Record<string, Mark>> {
  const texts = new Map<string, string>()
  for (const { field, text } of adjustments) {
    const before = texts.get(field)
    texts.set(field, before === undefined ? text : `${before}; ${text}`)
  }
  const marks: Record<string, Mark> = {}
  if (value !== undefined && texts.size > 0) mark(value, [], texts, marks)
  return marks
}

function mark(
  value: Json,
  keys: readonly string[],
  texts: ReadonlyMap<string, string>,
  marks: Record<string, Mark>,
): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    const path = [...keys, key]
    const text = texts.get(key)
    if (text !== undefined) marks[pathText(path)] = { tone: 'wait', text }
    else mark(inner as Json, path, texts, marks)
  }
}

/** As `jsonLines` writes it. */
function pathText(keys: readonly string[]): string {
  const printed = printPath(keys)
  return printed.startsWith('$') ? printed : `$.${printed}`
}
