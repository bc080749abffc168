import type { Static } from 'typebox'
import type {
  Change,
  Destination as ShownDestination,
  Source as ShownSource,
} from '../../contract/configuration.ts'
import type { Instance, Source, Subscription } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { SECRET_SHOWN } from '../../core/edit/instances.ts'
import { shownSql } from '../../core/edit/sources.ts'
import type { AsideSum, Count, InstanceState } from '../ledger/ledger.ts'
import { type RecordedChange, revisionKey } from '../store/store.ts'

export type Known = {
  readonly counts: readonly Count[]
  readonly states: ReadonlyMap<string, InstanceState>
  readonly aside: ReadonlyMap<string, AsideSum>
  readonly revisions: ReadonlyMap<string, number>
  readonly catalogue: ReadonlyMap<string, Destination>
}

export function shownSource(
  source: Source,
  { counts, revisions }: Pick<Known, 'counts' | 'revisions'>,
): Static<typeof ShownSource> {
  const { olderWriteKeys, disabledWriteKeys, origins, redact, sql, ...rest } = source
  return {
    ...rest,
    ...(redact === undefined ? {} : { redact: [...redact] }),
    ...(sql === undefined ? {} : { sql: shownSql(sql) }),
    ...(olderWriteKeys === undefined ? {} : { olderWriteKeys: [...olderWriteKeys] }),
    ...(disabledWriteKeys === undefined ? {} : { disabledWriteKeys: [...disabledWriteKeys] }),
    ...(origins === undefined ? {} : { origins: [...origins] }),
    revision: revisions.get(revisionKey('source', source.id)) ?? 0,
    counts: countsOf(counts, source.id),
  }
}

export function shownInstance(instance: Instance, known: Known): Static<typeof ShownDestination> {
  const { id, kind, name, enabled, paused = false, sources, subscriptions } = instance
  const { consent = [], redact = [] } = instance
  const destination = known.catalogue.get(kind)
  const label = destination?.mode === 'web' ? { label: destination.label } : {}
  return {
    ...{ id, kind, mode: destination?.mode ?? 'cloud', ...label, name, enabled, paused },
    ...{ sources: [...sources], consent: [...consent], redact: [...redact] },
    settings: shownSettings(instance, known.catalogue),
    actions: subscriptions.map((one) => ({ ...one })),
    revision: known.revisions.get(revisionKey('destination', id)) ?? 0,
    ...shownState(instance, destination, known.states.get(id)),
    ...shownAside(known.aside.get(id)),
    counts: countsOf(known.counts, id),
  }
}

/** What an instance does now; one that has not begun yet flows as far as anybody knows. */
export function shownState(
  { enabled, paused }: Instance,
  destination: Destination | undefined,
  known: InstanceState | undefined,
): Pick<Static<typeof ShownDestination>, 'state' | 'since' | 'reason'> {
  if (!enabled) return { state: 'off' }
  if (destination?.mode === 'web') return { state: 'in pages' }
  if (paused === true) return { state: 'paused' }
  if (known === undefined) return { state: 'flowing' }
  const { state, since_ms, reason } = known
  return {
    state,
    since: new Date(since_ms).toISOString(),
    ...(reason === undefined ? {} : { reason: { ...reason } }),
  }
}

/** What fails alone, while others are taken. */
function shownAside(sum: AsideSum | undefined): Pick<Static<typeof ShownDestination>, 'aside'> {
  if (sum === undefined) return {}
  const { count, since_ms, reason } = sum
  return { aside: { count, since: new Date(since_ms).toISOString(), reason: { ...reason } } }
}

/** `{accepted: {total, parts: {track: 3}}}` */
function countsOf(counts: readonly Count[], id: string): Static<typeof ShownSource>['counts'] {
  const result: Record<string, { total: number; parts: Record<string, number> }> = {}
  for (const { of, part, name, count } of counts) {
    if (of !== id) continue
    const entry = result[name] ?? { total: 0, parts: {} }
    entry.total += count
    if (part !== '') entry.parts[part] = count
    result[name] = entry
  }
  return result
}

/** Shows only what is known to be no secret. */
function shownSettings({ kind, settings }: Instance, catalogue: Known['catalogue']): Instance['settings'] {
  const fields = catalogue.get(kind)?.settings ?? {}
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      (fields[name]?.type ?? 'secret') === 'secret' ? SECRET_SHOWN : value,
    ]),
  )
}

export function shownChange(change: RecordedChange): Static<typeof Change> {
  const { number, at_ms, by, what, id, change: how, before, after } = change
  const actions = changedActions(before, after)
  const item = after ?? before
  const name = item !== undefined && 'name' in item ? item.name : 'Alerts'
  return {
    ...{ id: number, at: new Date(at_ms).toISOString(), by, what, of: id, change: how },
    actions: actions.map((one) => one.id),
    text: `${name}: ${changeText(change, actions)}`,
  }
}

function changeText(
  { what, change, before, after }: RecordedChange,
  actions: readonly Subscription[],
): string {
  if (what === 'alerts') return change === 'deleted' ? 'back to what they were at first' : 'changed'
  const thing = what === 'plan' ? 'tracking plan' : what
  if (change !== 'updated') return `${thing} ${change === 'created' ? 'added' : 'removed'}`
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  const read = (item: unknown, key: string) =>
    JSON.stringify((item as Record<string, unknown> | undefined)?.[key])
  const parts = [...keys]
    .filter((key) => read(before, key) !== read(after, key))
    .map((key) => PART_NAMES[key] ?? key)
  const names = actions.map(({ name }) => `action ${name}`)
  const shown = [...parts.filter((part) => part !== 'actions'), ...names]
  return `${(shown.length === 0 ? ['order of actions'] : shown).join(', ')} changed`
}
const PART_NAMES: Readonly<Record<string, string>> = {
  enabled: 'switch',
  paused: 'pause',
  subscriptions: 'actions',
  transform: 'transformation',
  plan: 'tracking plan',
  sql: 'database',
  writeKey: 'write key',
  olderWriteKeys: 'older write keys',
  disabledWriteKeys: 'disabled write keys',
}

/** The actions that are new, gone or different. */
export function changedActions(
  before: RecordedChange['before'],
  after: RecordedChange['after'],
): readonly Subscription[] {
  const [old, now] = [subscriptionsOf(before), subscriptionsOf(after)]
  const same = (one: Subscription) =>
    JSON.stringify(old.find(({ id }) => id === one.id)) === JSON.stringify(one)
  return [...now.filter((one) => !same(one)), ...old.filter(({ id }) => !now.some((one) => one.id === id))]
}

function subscriptionsOf(item: RecordedChange['before']): readonly Subscription[] {
  return item !== undefined && 'subscriptions' in item ? item.subscriptions : []
}
