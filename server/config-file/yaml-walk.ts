import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml'
import type { Path } from './problem.ts'

/** How often an alias may stand in the file, and how many values all of them may stand for. */
export const ALIAS_COUNT_MAX = 100
/** How deep lists and objects may be nested: a mapping that is read by a person stays far below. */
export const DEPTH_MAX = 100

export type FoundScalar = { readonly path: Path; readonly scalar: Scalar }
export type Walked =
  | { readonly ok: true; readonly scalars: readonly FoundScalar[] }
  | { readonly ok: false; readonly offset: number; readonly problem: string }

/**
 * Every text, number and flag of the file with its path, in order; or the first thing that keeps the file from being
 * turned into plain values. What an alias stands for is listed once, where it is written.
 */
export function walkScalars(document: Document): Walked {
  const scalars: FoundScalar[] = []
  let aliases = 0

  function walk(node: unknown, path: Path, around: readonly unknown[]): Walked | undefined {
    if (around.length > DEPTH_MAX) {
      return obstacle(node, `is nested more than ${DEPTH_MAX} levels deep`)
    }
    if (isScalar(node)) {
      scalars.push({ path, scalar: node })
      return undefined
    }
    if (isAlias(node)) {
      aliases += 1
      if (aliases > ALIAS_COUNT_MAX) return obstacle(node, `there are more than ${ALIAS_COUNT_MAX} aliases`)
      const target = node.resolve(document)
      if (target === undefined) return obstacle(node, `nothing above is marked with "&${node.source}"`)
      return around.includes(target)
        ? obstacle(node, `"*${node.source}" stands inside of what it stands for`)
        : undefined
    }
    for (const [key, child] of childrenOf(node)) {
      const found = walk(child, [...path, key], [...around, node])
      if (found !== undefined) return found
    }
    return undefined
  }

  return walk(document.contents, [], []) ?? { ok: true, scalars }
}

function childrenOf(node: unknown): readonly (readonly [string | number, unknown])[] {
  if (isMap<Scalar>(node)) return node.items.map(({ key, value }) => [String(key.value), value] as const)
  return isSeq(node) ? node.items.map((item, index) => [index, item] as const) : []
}

function obstacle(node: unknown, problem: string): Walked {
  return { ok: false, offset: (node as Node | null)?.range?.[0] ?? 0, problem }
}
