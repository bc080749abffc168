import { isDeepStrictEqual } from 'node:util'
import type { Configuration } from '../../core/configuration.ts'
import { type Author, type Change, type RecordedChange, revisionKey } from './store.ts'

/**
 * What a person would say has changed: sources, then destinations, then tracking plans, then alerts; of each the created and updated ones in their
 * new order, then the deleted ones. A new order by itself is kept, but is no change of any of them.
 */
export function changesBetween(before: Configuration, after: Configuration): readonly Change[] {
  return [
    ...changesOf('source', before.sources, after.sources),
    ...changesOf('destination', before.instances, after.instances),
    ...changesOf('plan', before.plans ?? [], after.plans ?? []),
    ...changesOf('alerts', alertItems(before), alertItems(after)),
  ]
}

/** The same, with what each was before and is now. */
export function recordedChanges(
  before: Configuration,
  after: Configuration,
  { by, at_ms }: Author,
): readonly Omit<RecordedChange, 'number' | 'group'>[] {
  const [old, now] = [itemsByKey(before), itemsByKey(after)]
  return changesBetween(before, after).map((change) => {
    const key = revisionKey(change.what, change.id)
    return { ...change, at_ms, by, before: old.get(key), after: now.get(key) }
  })
}

type Kept = RecordedChange['before']

function itemsByKey({ sources, instances, plans = [], alerts }: Configuration): ReadonlyMap<string, Kept> {
  return new Map<string, Kept>([
    [revisionKey('alerts', 'alerts'), alerts],
    ...plans.map((plan) => [revisionKey('plan', plan.id), plan] as const),
    ...sources.map((source) => [revisionKey('source', source.id), source] as const),
    ...instances.map((instance) => [revisionKey('destination', instance.id), instance] as const),
  ])
}

/** What is done by nobody in particular, such as a test. */
export const NOBODY: Author = { by: '', at_ms: 0 }

function alertItems({ alerts }: Configuration): readonly Item[] {
  return alerts === undefined ? [] : [{ id: 'alerts', ...alerts }]
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
