import { slug } from '../../core/presets.ts'
import { type Path, type Problem, pathText, type TextPosition } from './problem.ts'
import { EMPTY_PROBLEM } from './read.ts'
import { isObject } from './reader.ts'
import { trapIn } from './traps.ts'
import type { YamlDocument } from './yaml-document.ts'

/** One file that was read as YAML; `name` as people wrote it. */
export type ConfigLayer = { readonly name: string; readonly yaml: YamlDocument }
export type FilePosition = TextPosition & { readonly file: string }
/** A problem of one of several files. */
export type FileProblem = Problem & { readonly file: string }
/** Several files as one. Problems may be there besides a value: everything is told in one go. */
export type MergedConfig = {
  readonly value: unknown
  readonly problems: readonly FileProblem[]
  /** Where what stands at `at` of the value was written. */
  readonly positionOf: (at: Path, part?: 'key') => FilePosition
  readonly sourceOf: (at: Path) => string | undefined
  /** Of one file; of several, what is wrong with them is among the problems. */
  readonly scalars: YamlDocument['scalars']
}

/**
 * How what stands above is laid over what stands below: `whole` takes its place; `keys` is laid over name by name, and a `null`
 * removes; `byId` does so with the items of a list, which the upper one may write as a list or as names: `heap: null` removes.
 */
type Rule = 'whole' | { readonly keys: Readonly<Record<string, Rule>> } | { readonly byId: Rule }
const NAMES: Rule = { keys: {} }
const RULE: Rule = {
  keys: {
    sources: { byId: NAMES },
    destinations: { byId: { keys: { settings: NAMES, actions: { byId: { keys: { mapping: NAMES } } } } } },
    plans: { byId: NAMES },
    alerts: { keys: { channels: { byId: NAMES }, rules: NAMES } },
  },
}
/** What several files say together: the lists of each, one after the other. */
const LISTS = ['sources', 'destinations', 'plans']

/** A value, and where it was written; `parts` are there where they were not all written in one place. */
type Node = {
  readonly value: unknown
  readonly layer: ConfigLayer
  readonly path: Path
  readonly parts?: ReadonlyMap<string | number, Node>
}
type Report = (node: Pick<Node, 'layer' | 'path'>, problem: string) => void

/** Puts files together, and lays those of an environment over them, in their order. */
export function mergeConfigs(files: readonly ConfigLayer[], overlays: readonly ConfigLayer[]): MergedConfig {
  const problems: FileProblem[] = []
  const report: Report = ({ layer, path }, problem) =>
    problems.push({ ...positionIn(layer, path), at: pathText(path), problem })
  const joined = joinFiles(files.map(rootOf), report)
  const given = overlays.map(rootOf).filter(({ value }) => value !== null && value !== undefined)
  const root = given.reduce((below, above) => lay(RULE, below, above, report), joined)
  // What one file says is read with its own letters; of several, what YAML makes of them is looked at here.
  const isOne = files.length + overlays.length === 1
  const traps = isOne ? [] : [...files, ...overlays].flatMap(trapsOf)
  return {
    value: root.value,
    problems: [...problems, ...traps],
    scalars: isOne ? (files[0]?.yaml.scalars ?? []) : [],
    positionOf: (at, part) => positionOf(root, at, part),
    sourceOf(at) {
      const { layer, path } = nearest(root, at)
      return layer.yaml.sourceOf(path)
    },
  }
}

const rootOf = (layer: ConfigLayer): Node => ({ value: layer.yaml.value, layer, path: [] })

function joinFiles(files: readonly Node[], report: Report): Node {
  for (const file of files) {
    if (file.value === null || file.value === undefined) report(file, EMPTY_PROBLEM)
  }
  const [first, ...others] = files
  if (first === undefined) throw new Error('There is no file.')
  if (others.length === 0) return first
  const parts = new Map<string, Node>()
  for (const file of files) {
    for (const [key, part] of partsOf(file)) {
      const before = parts.get(String(key))
      if (before === undefined) parts.set(String(key), part)
      else if (LISTS.includes(String(key))) parts.set(String(key), joinLists(before, part, report))
      else report(part, `is also in ${place(before)}; it may stand in one file only`)
    }
  }
  return made(first, parts)
}

function joinLists(below: Node, above: Node, report: Report): Node {
  for (const node of [below, above]) {
    if (node.value !== null && !Array.isArray(node.value)) report(node, 'must be a list')
  }
  const items = itemsOf(below)
  const first = new Map(items.map((item) => [idOf(item), item]))
  for (const item of itemsOf(above)) {
    const before = first.get(idOf(item))
    // Within one file the reader tells it.
    if (before === undefined || before.layer === item.layer || idOf(item) === undefined) items.push(item)
    else
      report(withPath(item, 'id'), `is also in ${place(withPath(before, 'id'))}; each needs an id of its own`)
  }
  return list(above, items)
}

function lay(rule: Rule, below: Node, above: Node, report: Report): Node {
  if (rule === 'whole') return above
  if ('byId' in rule) return layItems(rule.byId, below, above, report)
  if (!isObject(below.value) || !isObject(above.value)) return above
  const parts = new Map(partsOf(below))
  for (const [key, part] of partsOf(above)) {
    const before = parts.get(key)
    if (part.value === null) parts.delete(key)
    else if (before !== undefined) parts.set(key, lay(ruleOf(rule, key), before, part, report))
    else parts.set(key, overNothing(ruleOf(rule, key), part, report))
  }
  return made(below, parts)
}

/** What is laid over nothing loses its nulls, and names that stand for items become a list. */
function emptyOf(rule: Rule): unknown {
  if (rule === 'whole') return undefined
  return 'byId' in rule ? [] : {}
}
const ruleOf = ({ keys }: { readonly keys: Readonly<Record<string, Rule>> }, key: string | number): Rule =>
  (Object.hasOwn(keys, key) ? keys[key] : undefined) ?? 'whole'

function overNothing(rule: Rule, { layer, path, ...node }: Node, report: Report): Node {
  return lay(rule, { layer, path, value: emptyOf(rule) }, { layer, path, ...node }, report)
}

function layItems(rule: Rule, below: Node, above: Node, report: Report): Node {
  const named = namedItems(above)
  if (named === undefined) return above
  const items = itemsOf(below)
  for (const [id, item] of named) {
    const index = items.findIndex((one) => idOf(one) === id)
    const before = items[index]
    if (item.value === null) {
      if (before === undefined) report(item, `removes "${id}", which is not there`)
      else items.splice(index, 1)
    } else if (before === undefined) items.push(overNothing(rule, item, report))
    else items[index] = lay(rule, before, item, report)
  }
  return list(above, items)
}

/** The items of an upper list by their ids; undefined where it is something else. */
function namedItems(node: Node): readonly (readonly [string, Node])[] | undefined {
  if (Array.isArray(node.value)) {
    const items = itemsOf(node).map((item) => [idOf(item), item] as const)
    return items.map(([id, item], index) => [id ?? `#${index}`, item] as const)
  }
  if (!isObject(node.value)) return undefined
  return partsOf(node).map(([key, part]) => {
    const id = String(key)
    return [id, isObject(part.value) && part.value['id'] === undefined ? named(part, id) : part] as const
  })
}

/** An item that is written as `heap: {…}` has that id. */
function named(node: Node, id: string): Node {
  const parts = new Map(partsOf(node))
  return made(node, new Map([['id', { ...node, value: id }], ...parts]))
}

function idOf(node: Node): string | undefined {
  const { value } = node
  if (!isObject(value)) return undefined
  if (typeof value['id'] === 'string') return value['id']
  return typeof value['action'] === 'string' ? slug(value['action']) : undefined
}

function partsOf(node: Node): readonly (readonly [string | number, Node])[] {
  if (node.parts !== undefined) return [...node.parts]
  if (!isObject(node.value)) return []
  return Object.entries(node.value).map(([key, value]) => [
    key,
    { ...node, value, path: [...node.path, key] },
  ])
}

function itemsOf(node: Node): Node[] {
  if (node.parts !== undefined) return [...node.parts.values()]
  if (!Array.isArray(node.value)) return []
  return node.value.map((value: unknown, index) => ({ ...node, value, path: [...node.path, index] }))
}

function made({ layer, path }: Node, parts: ReadonlyMap<string | number, Node>): Node {
  return { layer, path, parts, value: Object.fromEntries([...parts].map(([key, part]) => [key, part.value])) }
}

function list({ layer, path }: Node, items: readonly Node[]): Node {
  return { layer, path, parts: new Map(items.entries()), value: items.map(({ value }) => value) }
}

function withPath({ layer, path }: Node, key: string): Pick<Node, 'layer' | 'path'> {
  return { layer, path: [...path, key] }
}

/** What was written at a place, or its nearest surroundings, and the rest of the way from there. */
function nearest(root: Node, at: Path): { readonly layer: ConfigLayer; readonly path: Path } {
  let node = root
  for (const [index, segment] of at.entries()) {
    const part = node.parts?.get(segment)
    if (part === undefined) return { layer: node.layer, path: [...node.path, ...at.slice(index)] }
    node = part
  }
  return node
}

function positionOf(root: Node, at: Path, part?: 'key'): FilePosition {
  const { layer, path } = nearest(root, at)
  return positionIn(layer, path, part)
}

function positionIn({ name, yaml }: ConfigLayer, path: Path, part?: 'key'): FilePosition {
  return { ...yaml.positionOf(path, part), file: name }
}

function place({ layer, path }: Pick<Node, 'layer' | 'path'>): string {
  const { file, line, column } = positionIn(layer, path)
  return `${file}:${line}:${column}`
}

function trapsOf(layer: ConfigLayer): readonly FileProblem[] {
  return layer.yaml.scalars.flatMap((found) => {
    const problem = trapIn(found)
    return problem === undefined
      ? []
      : [{ ...positionIn(layer, found.path), at: pathText(found.path), problem }]
  })
}
