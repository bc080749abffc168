/** Where in a JSON text, whole or not, a position stands. */
export type JsonPlace = {
  /** The keys and indexes that lead to the object or the value there. */
  readonly way: readonly (string | number)[]
  readonly isKey: boolean
  /** Inside the quotes of a text: where it begins and ends, and what of it stands before the position. */
  readonly inText?: { readonly from: number; readonly to: number; readonly typed: string }
}

type Level = { readonly isList: boolean; key: string; index: number; isKeyNext: boolean }

/** Reads as far as the position, forgiving what is not whole yet. */
export function jsonPlace(text: string, position: number): JsonPlace {
  const levels: Level[] = []
  let at = 0
  while (at < position) {
    const level = levels.at(-1)
    const char = text[at]
    if (char === '"') {
      const end = endOfText(text, at)
      if (position <= end) {
        const typed = text.slice(at + 1, position)
        return { ...placeIn(levels), inText: { from: at + 1, to: end, typed } }
      }
      if (level?.isKeyNext) level.key = text.slice(at + 1, end)
      at = end
    } else if (char === '{' || char === '[') {
      levels.push({ isList: char === '[', key: '', index: 0, isKeyNext: char === '{' })
    } else if (char === '}' || char === ']') levels.pop()
    else if (char === ':' && level !== undefined) level.isKeyNext = false
    else if (char === ',' && level !== undefined) {
      level.index += 1
      level.isKeyNext = !level.isList
    }
    at += 1
  }
  return placeIn(levels)
}

function placeIn(levels: readonly Level[]): JsonPlace {
  const isKey = levels.at(-1)?.isKeyNext === true
  const around = isKey ? levels.slice(0, -1) : levels
  return { way: around.map(({ isList, key, index }) => (isList ? index : key)), isKey }
}

/** Of the closing quote, or of the line's end where there is none. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"' || text[at] === '\n') return at
  }
  return text.length
}
