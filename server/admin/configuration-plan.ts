import type { Static } from 'typebox'
import type { PlannedItem as Item } from '../../contract/configuration-files.ts'
import type { Configuration } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { differences, valueAt } from '../../core/differences.ts'
import type { Json } from '../../core/event.ts'
import { type RecordedChange, revisionKey } from '../store/store.ts'
import { withoutSecrets } from './change-details.ts'
import type { Drift } from './drift.ts'

export type PlannedItem = Static<typeof Item>
type What = PlannedItem['what']
type Thing = NonNullable<RecordedChange['before']>
type Catalogue = ReadonlyMap<string, Destination>

/** Everything that is on either side: what is new or stays in the new order, then what is removed. */
export function plannedItems(
  before: Configuration,
  after: Configuration,
  { catalogue, drift }: { readonly catalogue: Catalogue; readonly drift: ReadonlyMap<string, Drift> },
): readonly PlannedItem[] {
  const [old, now] = [things(before), things(after)]
  const keys = [...new Set([...now.keys(), ...old.keys()])]
  return keys.map((key) => {
    const thing = now.get(key) ?? old.get(key)
    if (thing === undefined) throw new Error('A key of neither.')
    const [what, id] = thing
    const item = itemOf(what, id, { before: old.get(key)?.[2], after: now.get(key)?.[2], catalogue })
    const drifted = item.change === 'unchanged' ? undefined : drift.get(key)
    return drifted === undefined ? item : { ...item, drift: drifted }
  })
}

/** Whether what stays stands in another order. */
export function isReordered(before: Configuration, after: Configuration): boolean {
  return (
    isMoved(before.sources, after.sources) ||
    isMoved(before.instances, after.instances) ||
    isMoved(before.plans ?? [], after.plans ?? [])
  )
}

function isMoved(
  before: readonly { readonly id: string }[],
  after: readonly { readonly id: string }[],
): boolean {
  const [old, now] = [before.map(({ id }) => id), after.map(({ id }) => id)]
  const kept = (ids: readonly string[], others: readonly string[]) =>
    ids.filter((id) => others.includes(id)).join()
  return kept(old, now) !== kept(now, old)
}

function things({
  sources,
  instances,
  plans = [],
  alerts,
}: Configuration): ReadonlyMap<string, readonly [What, string, Thing]> {
  const all: readonly (readonly [What, string, Thing])[] = [
    ...sources.map((source) => ['source', source.id, source] as const),
    ...instances.map((instance) => ['destination', instance.id, instance] as const),
    ...plans.map((plan) => ['plan', plan.id, plan] as const),
    ...(alerts === undefined ? [] : [['alerts', 'alerts', alerts] as const]),
  ]
  return new Map(all.map((thing) => [revisionKey(thing[0], thing[1]), thing]))
}

type Sides = {
  readonly before: Thing | undefined
  readonly after: Thing | undefined
  readonly catalogue: Catalogue
}

function itemOf(what: What, id: string, { before, after, catalogue }: Sides): PlannedItem {
  if (before === undefined) return { what, id, change: 'created', fields: [] }
  if (after === undefined) return { what, id, change: 'deleted', fields: [] }
  const [was, is] = [plain(before), plain(after)]
  const [shownBefore, shownAfter] = [before, after].map((thing) =>
    asFile(withoutSecrets(what, thing, catalogue)),
  )
  const fields = differences(was, is).map(({ at, before: old, after: now }) => ({
    at: [...at],
    ...(old === undefined ? {} : { before: shown(shownBefore, at, old) }),
    ...(now === undefined ? {} : { after: shown(shownAfter, at, now) }),
  }))
  return { what, id, change: fields.length === 0 ? 'unchanged' : 'updated', fields }
}

/** As it stands in a file, through JSON as a store keeps it. */
function plain(thing: Thing): Json {
  return asFile(JSON.parse(JSON.stringify(thing)) as Json)
}

function asFile(thing: Json): Json {
  if (typeof thing !== 'object' || thing === null || !('subscriptions' in thing)) return thing
  const { subscriptions, ...rest } = thing
  return { ...rest, actions: subscriptions ?? null }
}

/** What a secret stands before or within is one. An order of ids is nowhere by itself. */
function shown(value: Json | undefined, at: readonly string[], raw: Json): Json {
  for (let depth = 0; depth <= at.length; depth++) {
    const there = valueAt(value, at.slice(0, depth))
    if (there === '***') return there
  }
  return valueAt(value, at) ?? (at.at(-1) === 'order' ? raw : null)
}
