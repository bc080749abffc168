import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml'
import type { Path } from './problem.ts'

/**
 * The offset in the text of the value at `path`. For what is not there it is that of the nearest thing around it; for
 * a value that is empty, and with `part` for any other, it is that of its key.
 */
export function offsetOf(document: Document, path: Path, part?: 'key'): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [index, segment] of path.entries()) {
    const child = childOf(document, node, segment)
    if (child === undefined) return offset
    const wantsKey = part === 'key' && index === path.length - 1
    offset = (wantsKey ? undefined : startOf(child.value)) ?? startOf(child.key) ?? offset
    node = child.value
  }
  return offset
}

/** The letters of a plain scalar as they stand in the file. */
export function sourceOf(document: Document, path: Path): string | undefined {
  let node: unknown = document.contents
  for (const segment of path) node = childOf(document, node, segment)?.value
  const target = isAlias(node) ? node.resolve(document) : node
  return isScalar(target) ? target.source : undefined
}

type Child = { readonly key?: Node; readonly value: unknown }

function childOf(document: Document, parent: unknown, segment: string | number): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent
  if (isMap<Scalar>(node)) {
    // The last one, as it is the one whose value counts when a key is there twice.
    return node.items.findLast(({ key }) => String(key.value) === String(segment)) as Child | undefined
  }
  if (!isSeq(node) || typeof segment !== 'number' || segment >= node.items.length) return undefined
  return { value: node.items[segment] }
}

function startOf(node: unknown): number | undefined {
  const range = (node as Node | null | undefined)?.range
  if (range === null || range === undefined) return undefined
  const empty = range[0] === range[1]
  return empty ? undefined : range[0]
}
