import { isDeepStrictEqual } from 'node:util'
import type { Configuration } from '../../core/configuration.ts'
import type { Change } from './store.ts'

/**
 * What a person would say has changed: sources, then destinations; of each the created and updated ones in their
 * new order, then the deleted ones. A new order by itself is kept, but is no change of any of them.
 */
export function changesBetween(before: Configuration, after: Configuration): readonly Change[] {
  return [
    ...changesOf('source', before.sources, after.sources),
    ...changesOf('destination', before.instances, after.instances),
  ]
}

type Item = { readonly id: string }

function changesOf(what: Change['what'], before: readonly Item[], after: readonly Item[]): readonly Change[] {
  const old = new Map(before.map((item) => [item.id, item]))
  const kept = new Set(after.map(({ id }) => id))
  const changed = after.flatMap((item): Change[] => {
    const previous = old.get(item.id)
    if (previous === undefined) return [{ what, id: item.id, change: 'created' }]
    return isDeepStrictEqual(previous, item) ? [] : [{ what, id: item.id, change: 'updated' }]
  })
  const gone = before.filter(({ id }) => !kept.has(id))
  return [...changed, ...gone.map(({ id }): Change => ({ what, id, change: 'deleted' }))]
}
