import type { Entry, Json, JsonObject, SpecEvent } from '../../core/event.ts'
import { nameOf } from '../../core/event-name.ts'
import { type JsonKind, jsonKind } from '../../core/json-kind.ts'
import { pathKeys, printPath } from '../../core/path.ts'

/** Of a source; events of further names are counted under their type, as other ones. */
export const NAMES_MAX = 500
/** Of a name; what is found at further places is counted only. */
export const PATHS_MAX = 200
/** A longer name or place counts as another one: it is data, not a name. */
export const NAME_CHARS_MAX = 255
export const EXAMPLES_MAX = 5
export const EXAMPLE_CHARS_MAX = 100
const DEPTH_MAX = 8
/** Of each name, so many events are read whole; after them about one in `SAMPLED_ONE_IN`, which a hash of its messageId says. */
export const SAMPLED_ALL = 500
export const SAMPLED_ONE_IN = 32

/** What stands at one place of the events of a name, such as `properties.shipping.method`. */
export type PathShape = {
  readonly path: string
  /** In so many of the sampled events. */
  readonly count: number
  readonly types: Readonly<Partial<Record<JsonKind, number>>>
  /** JSON, cut; different ones, the first that came. */
  readonly examples: readonly string[]
}
/** What is to be known of an event for its shape. The event itself only where it may be read whole: else it is let go. */
export type EventBrief = {
  readonly sourceId: string
  readonly type: string
  readonly name: string
  readonly isSampled: boolean
  readonly event: SpecEvent | undefined
}

/** What events of a source, a type and a name have looked like so far. */
export type Shape = {
  readonly sourceId: string
  readonly type: string
  /** '' where the call has none; undefined: all the names over the limit. */
  readonly name: string | undefined
  readonly count: number
  readonly first_ms: number
  readonly last_ms: number
  /** Of how many events the places were read. */
  readonly sampled: number
  /** Made when asked for: they are the largest part. */
  readonly paths: () => readonly PathShape[]
  /** How often something stood at a place over the limit. */
  readonly otherPaths: number
}

type Node = {
  readonly path: string
  readonly children: Map<string, Node>
  count: number
  readonly types: Partial<Record<JsonKind, number>>
  readonly examples: string[]
}
type Live = {
  sourceId: string
  type: string
  name: string | undefined
  count: number
  first_ms: number
  last_ms: number
  sampled: number
  readonly root: Node
  paths: number
  otherPaths: number
}

type Sources = Map<string, { names: number; readonly types: Map<string, Map<string, Live>> }>

/** Learns the shapes of events. Bounded, whatever is sent. */
export function shapes(stored: readonly Shape[] = []) {
  const sources: Sources = new Map()
  const changed = new Set<Live>()
  for (const shape of stored) restore(shape)

  function restore(shape: Shape): void {
    const live = place(shape.sourceId, shape.type, shape.name ?? OTHER, shape.first_ms)
    Object.assign(live, {
      count: shape.count,
      last_ms: shape.last_ms,
      sampled: shape.sampled,
      otherPaths: shape.otherPaths,
    })
    for (const { path, count, types, examples } of shape.paths()) {
      let node = live.root
      for (const key of pathKeys(path)) node = child(live, node, key) ?? node
      node.count = count
      Object.assign(node.types, types)
      node.examples.push(...examples)
    }
  }

  function place(sourceId: string, type: string, name: string, at_ms: number): Live {
    const source = sources.get(sourceId) ?? { names: 0, types: new Map() }
    sources.set(sourceId, source)
    const names = source.types.get(type) ?? new Map<string, Live>()
    source.types.set(type, names)
    const known = names.get(name)
    if (known !== undefined) return known
    if (name !== OTHER && source.names >= NAMES_MAX) return place(sourceId, type, OTHER, at_ms)
    if (name !== OTHER) source.names += 1
    const shown = name === OTHER ? undefined : name
    const made = { ...EMPTY, sourceId, type, name: shown, first_ms: at_ms, last_ms: at_ms, root: node('') }
    names.set(name, made)
    return made
  }

  return {
    /** What is to be kept of an event until it is added, which may be later, and in another order. */
    brief: (entry: EventEntry, messageIdHash: number) => briefOf(sources, entry, messageIdHash),
    add({ sourceId, type, name, isSampled, event }: EventBrief, at_ms: number): void {
      const live = place(sourceId, type, name, at_ms)
      live.count += 1
      if (at_ms > live.last_ms) live.last_ms = at_ms
      changed.add(live)
      if (event === undefined || (live.count > SAMPLED_ALL && !isSampled)) return
      live.sampled += 1
      for (const part of PARTS) {
        const value = (event as unknown as JsonObject)[part]
        if (value === undefined) continue
        const top = child(live, live.root, part)
        if (top !== undefined) walk(live, top, value, 1)
      }
    },
    /** What has changed since the last time. */
    takeChanged(): readonly Shape[] {
      const taken = [...changed].map(shapeOf)
      changed.clear()
      return taken
    },
  }
}

type EventEntry = Extract<Entry, { kind: 'event' }>

function briefOf(sources: Sources, { sourceId, event }: EventEntry, messageIdHash: number): EventBrief {
  const name = nameOf(event) ?? ''
  const known = { sourceId, type: event.type, name: name.length > NAME_CHARS_MAX ? OTHER : name }
  const isSampled = messageIdHash % SAMPLED_ONE_IN === 0
  const isKept = isSampled || countIn(sources, known) < SAMPLED_ALL
  return { ...known, isSampled, event: isKept ? event : undefined }
}

/** How many there are so far: when the event is added, there are as many or more. */
function countIn(
  sources: Sources,
  { sourceId, type, name }: Pick<EventBrief, 'sourceId' | 'type' | 'name'>,
): number {
  const source = sources.get(sourceId)
  const names = source?.types.get(type)
  const known = names?.get(name)
  if (known !== undefined || source === undefined || source.names < NAMES_MAX) return known?.count ?? 0
  return names?.get(OTHER)?.count ?? 0
}

const PARTS = ['properties', 'traits', 'context'] as const
const EMPTY = { count: 0, sampled: 0, paths: 0, otherPaths: 0 }
/** A call that is named so is counted with them. */
const OTHER = '\u0000other'

function node(path: string): Node {
  return { path, children: new Map(), count: 0, types: {}, examples: [] }
}

/** Undefined when there are too many places. */
function child(live: Live, parent: Node, key: string): Node | undefined {
  const known = parent.children.get(key)
  if (known !== undefined) return known
  if (live.paths >= PATHS_MAX) return undefined
  const path = key.length > NAME_CHARS_MAX ? key : pathBelow(parent.path, key)
  if (path.length > NAME_CHARS_MAX) return undefined
  live.paths += 1
  const made = node(path)
  parent.children.set(key, made)
  return made
}

function pathBelow(path: string, key: string): string {
  if (path === '') return printPath([key])
  const printed = printPath(['x', key])
  return path + printed.slice(1)
}

function walk(live: Live, at: Node, value: Json, depth: number): void {
  if (isObject(value) && depth < DEPTH_MAX) {
    const keys = Object.keys(value)
    for (const key of keys) {
      const below = child(live, at, key)
      if (below === undefined) live.otherPaths += 1
      else walk(live, below, value[key] as Json, depth + 1)
    }
    if (keys.length > 0) return
  }
  at.count += 1
  const type = jsonKind(value)
  at.types[type] = (at.types[type] ?? 0) + 1
  if (at.examples.length >= EXAMPLES_MAX) return
  const example = exampleOf(value)
  if (!at.examples.includes(example)) at.examples.push(example)
}

function exampleOf(value: Json): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, EXAMPLE_CHARS_MAX) : value)
  return text.length <= EXAMPLE_CHARS_MAX ? text : `${text.slice(0, EXAMPLE_CHARS_MAX - 1).toWellFormed()}…`
}

function shapeOf({ root, paths: _, ...live }: Live): Shape {
  return {
    ...live,
    paths() {
      const found: PathShape[] = []
      collect(root, found)
      return found
    },
  }
}

function collect({ path, children, count, types, examples }: Node, found: PathShape[]): void {
  if (count > 0) found.push({ path, count, types: { ...types }, examples: [...examples] })
  for (const below of children.values()) collect(below, found)
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
