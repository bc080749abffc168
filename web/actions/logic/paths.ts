import type { Json } from '../../../core/event.ts'
import { pathKeys, printPath } from '../../../core/path.ts'

/** A path that real events have, as triggers write it: `properties.plan`. Mappings put `$.` in front. */
export type SeenPath = {
  readonly path: string
  /** In how many of the events. */
  readonly count: number
  readonly types: ReadonlySet<string>
  /** Different values that are neither objects nor lists, those seen first. */
  readonly examples: readonly Json[]
}

const PATHS_MAX = 3_000
const DEPTH_MAX = 8
const EXAMPLES_MAX = 12
const EXAMPLE_CHARS_MAX = 120

/** Every path of these events. Of a list, the list itself and what its first item has. */
export function seenPaths(events: readonly object[]): readonly SeenPath[] {
  const found = new Map<string, { count: number; types: Set<string>; examples: Set<Json> }>()
  function walk(value: Json, keys: readonly string[]): void {
    if (keys.length > 0) note(printPath(keys), value)
    if (typeof value !== 'object' || value === null || keys.length >= DEPTH_MAX) return
    for (const [key, inner] of Object.entries(value)) {
      if (Array.isArray(value) && key !== '0') break
      walk(inner as Json, [...keys, key])
    }
  }
  function note(path: string, value: Json): void {
    let seen = found.get(path)
    if (seen === undefined) {
      if (found.size >= PATHS_MAX) return
      seen = { count: 0, types: new Set(), examples: new Set() }
      found.set(path, seen)
    }
    seen.count += 1
    seen.types.add(typeOf(value))
    const isShort = typeof value !== 'string' || (value !== '' && value.length <= EXAMPLE_CHARS_MAX)
    const isExample = (typeof value !== 'object' || value === null) && isShort
    if (isExample && seen.examples.size < EXAMPLES_MAX) seen.examples.add(value)
  }
  for (const event of events) walk(event as Json, [])
  return [...found].map(([path, { count, types, examples }]) => ({
    path,
    count,
    types,
    examples: [...examples],
  }))
}

export function typeOf(value: Json | undefined): string {
  if (value === null || value === undefined) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}

/** Both, each path once; what the events themselves have leads. */
export function joinPaths(seen: readonly SeenPath[], more: readonly SeenPath[]): readonly SeenPath[] {
  const known = new Set(seen.map(({ path }) => path))
  return [...seen, ...more.filter(({ path }) => !known.has(path))]
}

const SHOWN_MAX = 50

/**
 * The paths that somebody may mean who typed this: those that begin so, then those with a key that begins so, then
 * those that hold it somewhere. Among equals, short ones and frequent ones first.
 */
export function completePath(paths: readonly SeenPath[], typed: string): readonly SeenPath[] {
  const text = plain(typed).toLowerCase()
  const ranked = paths.flatMap((seen) => {
    const rank = rankOf(seen.path.toLowerCase(), text)
    return rank === undefined ? [] : [{ seen, rank }]
  })
  ranked.sort(
    (one, other) =>
      one.rank - other.rank ||
      pathKeys(one.seen.path).length - pathKeys(other.seen.path).length ||
      other.seen.count - one.seen.count ||
      one.seen.path.localeCompare(other.seen.path),
  )
  return ranked.slice(0, SHOWN_MAX).map(({ seen }) => seen)
}

function rankOf(path: string, text: string): number | undefined {
  if (path.startsWith(text)) return 0
  const at = path.indexOf(text)
  if (at < 0) return undefined
  return /[.["]/.test(path[at - 1] ?? '') ? 1 : 2
}

/** Without the `$.` in front. */
function plain(typed: string): string {
  return typed.replace(/^\$\.?/, '')
}

/** As mappings write it. */
export function mappingPath(path: string): string {
  return path.startsWith('$') ? path : `$.${path}`
}

/** What stands before the caret of a template and may become a path: after `{{`, or after a `$`. */
export type TemplateHole = { readonly from: number; readonly typed: string; readonly isBraced: boolean }

export function templateHole(text: string, caret: number): TemplateHole | undefined {
  const before = text.slice(0, caret)
  const braced = /\{\{\s*([^{}]*)$/.exec(before)
  if (braced !== null) {
    const typed = braced[1] ?? ''
    return { from: caret - typed.length, typed, isBraced: true }
  }
  const dollar = /\$[^\s{}$]*$/.exec(before)
  return dollar === null ? undefined : { from: dollar.index, typed: dollar[0], isBraced: false }
}

/** The template with the path put in, and where the caret goes. */
export function fillTemplate(
  text: string,
  caret: number,
  hole: TemplateHole,
  path: string,
): { readonly text: string; readonly caret: number } {
  const after = text.slice(caret)
  const isClosed = /^\s*\}\}/.test(after)
  const put = `${hole.isBraced ? '' : '{{'}${path}${hole.isBraced && isClosed ? '' : '}}'}`
  const closing = hole.isBraced && isClosed ? (/^\s*\}\}/.exec(after)?.[0].length ?? 0) : 0
  return { text: text.slice(0, hole.from) + put + after, caret: hole.from + put.length + closing }
}
