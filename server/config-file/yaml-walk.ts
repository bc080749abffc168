import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml'
import type { Path } from './problem.ts'

/** How often an alias may stand in the file, and how many values all of them may stand for. */
export const ALIAS_COUNT_MAX = 100
/** How deep lists and objects may be nested: a mapping that is read by a person stays far below. */
export const DEPTH_MAX = 100
/** In one object. Looking for a key takes time for each of them, so with all keys it grows as the square. */
export const KEYS_MAX = 10_000

export type FoundScalar = { readonly path: Path; readonly scalar: Scalar }
export type Walked =
  | {
      readonly ok: true
      readonly scalars: readonly FoundScalar[]
      /** Keys that came before in the same object. */
      readonly repeats: readonly { readonly path: Path; readonly offset: number }[]
    }
  | Obstacle
type Obstacle = { readonly ok: false; readonly offset: number; readonly problem: string }

/**
 * Every text, number and flag of the file with its path, in order; or the first thing that keeps the file from being
 * turned into plain values. What an alias stands for is listed once, where it is written.
 */
export function walkDocument(document: Document): Walked {
  const scalars: FoundScalar[] = []
  const repeats: { path: Path; offset: number }[] = []
  let aliases = 0

  function walk(node: unknown, path: Path, around: readonly unknown[]): Obstacle | undefined {
    if (around.length > DEPTH_MAX) return obstacle(node, `is nested more than ${DEPTH_MAX} levels deep`)
    if (isScalar(node)) {
      scalars.push({ path, scalar: node })
    } else if (isAlias(node)) {
      aliases += 1
      if (aliases > ALIAS_COUNT_MAX) return obstacle(node, `there are more than ${ALIAS_COUNT_MAX} aliases`)
      const target = node.resolve(document)
      if (target === undefined) return obstacle(node, `nothing above is marked with "&${node.source}"`)
      if (around.includes(target))
        return obstacle(node, `"*${node.source}" stands inside of what it stands for`)
    } else if (isMap<Scalar>(node)) {
      if (node.items.length > KEYS_MAX)
        return obstacle(node, `there are more than ${KEYS_MAX} keys in one place`)
      for (const { key } of repeatedPairs(node)) {
        repeats.push({ path: [...path, String(key.value)], offset: startOf(key) })
      }
    }
    return firstDefined(childrenOf(node), ([key, child]) => walk(child, [...path, key], [...around, node]))
  }

  return walk(document.contents, [], []) ?? { ok: true, scalars, repeats }
}

function repeatedPairs({ items }: YAMLMap<Scalar>): YAMLMap<Scalar>['items'] {
  const seen = new Set<string>()
  return items.filter(({ key }) => {
    const name = String(key.value)
    const repeated = seen.has(name)
    seen.add(name)
    return repeated
  })
}

function childrenOf(node: unknown): readonly (readonly [string | number, unknown])[] {
  if (isMap<Scalar>(node)) return node.items.map(({ key, value }) => [String(key.value), value] as const)
  return isSeq(node) ? node.items.map((item, index) => [index, item] as const) : []
}

function firstDefined<Item, Result>(
  items: readonly Item[],
  find: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

function obstacle(node: unknown, problem: string): Obstacle {
  return { ok: false, offset: startOf(node), problem }
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}
