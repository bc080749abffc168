import { isDeepStrictEqual } from 'node:util'
import type { Configuration, Instance, Source } from '../../core/configuration.ts'
import { type Author, type Change, type RecordedChange, revisionKey } from './store.ts'

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

/** The same, with what each was before and is now. */
export function recordedChanges(
  before: Configuration,
  after: Configuration,
  { by, at_ms }: Author,
): readonly Omit<RecordedChange, 'number'>[] {
  const [old, now] = [itemsByKey(before), itemsByKey(after)]
  return changesBetween(before, after).map((change) => {
    const key = revisionKey(change.what, change.id)
    return { ...change, at_ms, by, before: old.get(key), after: now.get(key) }
  })
}

function itemsByKey({ sources, instances }: Configuration): ReadonlyMap<string, Source | Instance> {
  return new Map<string, Source | Instance>([
    ...sources.map((source) => [revisionKey('source', source.id), source] as const),
    ...instances.map((instance) => [revisionKey('destination', instance.id), instance] as const),
  ])
}

/** What is done by nobody in particular, such as a test. */
export const NOBODY: Author = { by: '', at_ms: 0 }

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
