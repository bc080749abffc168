import { isDeepStrictEqual } from 'node:util'
import type { AlertSettings, Configuration, Instance, Source } from '../../core/configuration.ts'
import { connectionProblem } from '../../core/connection.ts'
import type { Destination } from '../../core/destination.ts'
import { withPlans, withPlansThatAre } from '../../core/edit/plans.ts'
import { AppError, type PlacedProblem } from '../../core/errors.ts'
import { checkInstance } from '../../core/instance.ts'
import { ruleProblems } from '../../core/redact/check.ts'
import { planProblems } from '../../core/tracking-plan/check.ts'
import { PLANS_MAX, type TrackingPlan } from '../../core/tracking-plan/tracking-plan.ts'
import { type TransformChecks, transformProblem } from '../../core/transform/check.ts'
import { type RecordedChange, revisionKey, type Store } from '../store/store.ts'
import {
  type AddressProblem,
  unreachableChannels,
  unreachableDatabase,
  unreachableSettings,
} from './reachable.ts'

/** So much a person can keep in view, and the server in memory. */
const ITEMS_MAX = 1_000

export type ConfiguratorDeps = {
  readonly store: Store
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly now_ms: () => number
  /** Left out: every address may be reached. */
  readonly addressProblem?: AddressProblem
  /** Finds mistakes in transformations; left out: they are not looked at. */
  readonly transformChecks?: () => Promise<TransformChecks>
  /** The server follows: ingest, pages and readers. */
  readonly onChange: (configuration: Configuration) => void
}
export type Asking = {
  readonly by: string
  /** What is changed, when the person has seen a certain revision of it. */
  readonly seen?: {
    readonly what: 'source' | 'destination' | 'plan'
    readonly id: string
    readonly revision: number | undefined
  }
  /** The number of the newest change that they have seen of the whole configuration. */
  readonly base?: number
  /** Done when the change is, before the next one begins. */
  readonly then?: () => Promise<void>
}
export type CheckDeps = Pick<ConfiguratorDeps, 'catalogue' | 'addressProblem'> & {
  readonly checks?: TransformChecks | undefined
}
/** Everything that changes the configuration of a running server goes through it, one after the other. */
export type Configurator = ReturnType<typeof configurator>

export function configurator(deps: ConfiguratorDeps) {
  const { store, now_ms, onChange } = deps

  let turn: Promise<unknown> = Promise.resolve()

  async function changeNow(
    { by, seen, base, then }: Asking,
    edit: (configuration: Configuration) => Configuration,
  ): Promise<number> {
    const before = await store.read()
    if (base !== undefined) {
      const newest = await newestChange(store)
      if (newest !== base) throw new AppError('CHANGED_MEANWHILE', { base: newest })
    }
    if (seen?.revision !== undefined) {
      const revision = (await store.revisions()).get(revisionKey(seen.what, seen.id)) ?? 0
      if (revision !== seen.revision)
        throw new AppError('CHANGED_MEANWHILE', { [seen.what]: seen.id, revision })
    }
    const after = edit(before)
    const checks = await checksFor(after, deps)
    const problems = changeProblems(before, after, { ...deps, checks })
    if (problems.length > 0) throw new AppError('CONFIG_INVALID', { problems })
    const changes = await store.apply(after, { by, at_ms: now_ms() })
    if (!isDeepStrictEqual(before, after)) onChange(await store.read())
    await then?.()
    if (changes.length === 0) return 0
    return newestChange(store)
  }

  return {
    read: () => store.read(),
    /**
     * Makes a change and tells its number, 0 when nothing changed. A removed source changes its destinations too: the
     * number is then that of the last of them, and stands for all.
     *
     * @throws {AppError} CHANGED_MEANWHILE, CONFIG_INVALID with `problems`, and what `edit` throws
     */
    change(asking: Asking, edit: (configuration: Configuration) => Configuration): Promise<number> {
      const done = turn.then(() => changeNow(asking, edit))
      turn = done.catch(() => undefined)
      return done
    },
    /** @throws {AppError} NOT_FOUND, CHANGED_MEANWHILE, CONFIG_INVALID */
    async undo(by: string, number: number): Promise<number> {
      const [change] = await store.changes({ number }, 1)
      if (change === undefined) throw new AppError('NOT_FOUND', { change: number })
      // What was made together is taken back together: a source with its connections.
      const group = await store.changes({ group: change.group }, ITEMS_MAX)
      return this.change({ by }, (configuration) =>
        withPlansThatAre(withSourcesThatAre(group.reduce(takeBack, configuration))),
      )
    },
  }
}

/** The number of the newest change; 0 while there is none. */
export async function newestChange(store: Pick<Store, 'changes'>): Promise<number> {
  const [newest] = await store.changes({}, 1)
  return newest?.number ?? 0
}

/** What is wrong with each item that a change touches; what was wrong before and is not touched stays. */
function changeProblems(
  before: Configuration,
  after: Configuration,
  deps: CheckDeps,
): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = []
  for (const [name, items] of [
    ['sources', after.sources],
    ['destinations', after.instances],
  ] as const) {
    if (items.length > ITEMS_MAX) problems.push({ at: [name], problem: `are over the limit of ${ITEMS_MAX}` })
  }
  const known = new Map(before.sources.map((source) => [source.id, source]))
  for (const source of after.sources) problems.push(...sourceProblems(known.get(source.id), source, deps))
  const old = new Map(before.instances.map((instance) => [instance.id, instance]))
  for (const instance of after.instances) {
    if (isDeepStrictEqual(old.get(instance.id), instance)) continue
    problems.push(...instanceProblems(instance, after.sources, deps))
  }
  problems.push(...planChangeProblems(before.plans ?? [], after.plans ?? []))
  if (!isDeepStrictEqual(before.alerts, after.alerts)) {
    problems.push(...unreachableChannels(after.alerts, deps.addressProblem ?? anywhere))
  }
  return problems
}

function planChangeProblems(
  before: readonly TrackingPlan[],
  after: readonly TrackingPlan[],
): readonly PlacedProblem[] {
  const tooMany = { at: ['plans'], problem: `are over the limit of ${PLANS_MAX}` }
  const old = new Map(before.map((plan) => [plan.id, plan]))
  const changed = after.filter((plan) => !isDeepStrictEqual(old.get(plan.id)?.rules, plan.rules))
  const found = changed.flatMap(({ rules }) => planProblems(rules))
  const placed = found.map(({ at, problem }) => ({ at: ['rules', ...at], problem }))
  return after.length > PLANS_MAX ? [tooMany, ...placed] : placed
}

/** Addresses that may not be reached in what a change touches, by their places in a configuration file. */
export function unreachableProblems(
  before: Configuration,
  { sources, instances, alerts }: Configuration,
  { catalogue, addressProblem = anywhere }: CheckDeps,
): readonly PlacedProblem[] {
  const ofSettings = instances.flatMap((instance, index) => {
    const destination = catalogue.get(instance.kind)
    const isTouched = !isDeepStrictEqual(
      before.instances.find(({ id }) => id === instance.id),
      instance,
    )
    if (destination === undefined || !isTouched) return []
    const found = unreachableSettings(instance, destination, addressProblem)
    return found.map(({ at, problem }) => ({ at: ['destinations', index, ...at], problem }))
  })
  const ofSources = sources.flatMap((source, index) => {
    const was = before.sources.find(({ id }) => id === source.id)
    const found = isDeepStrictEqual(was?.sql, source.sql) ? [] : unreachableDatabase(source, addressProblem)
    return found.map(({ at, problem }) => ({ at: ['sources', index, ...at], problem }))
  })
  const isSame = isDeepStrictEqual(before.alerts, alerts)
  const ofAlerts = isSame ? [] : unreachableChannels(alerts, addressProblem)
  return [
    ...ofSources,
    ...ofSettings,
    ...ofAlerts.map(({ at, problem }) => ({ at: ['alerts', ...at], problem })),
  ]
}

function sourceProblems(
  before: Source | undefined,
  source: Source,
  { checks, addressProblem = anywhere }: CheckDeps,
): readonly PlacedProblem[] {
  const { redact, transform, sql } = source
  const problems: PlacedProblem[] = []
  if (redact !== undefined && !isDeepStrictEqual(before?.redact, redact)) {
    problems.push(...ruleProblems(redact).map(({ at, problem }) => ({ at: ['redact', ...at], problem })))
  }
  if (!isDeepStrictEqual(before?.sql, sql)) problems.push(...unreachableDatabase(source, addressProblem))
  const isNew = transform !== undefined && transform !== before?.transform
  const problem = isNew ? transformProblem(transform, checks) : undefined
  return problem === undefined ? problems : [...problems, { at: ['transform'], problem }]
}

/** The engine is asked for only where there is something for it. */
export async function checksFor(
  { sources, instances }: Configuration,
  { transformChecks }: Pick<ConfiguratorDeps, 'transformChecks'>,
): Promise<TransformChecks | undefined> {
  const has = (one: { readonly transform?: string }) => one.transform !== undefined
  const isNeeded = sources.some(has) || instances.some(({ subscriptions }) => subscriptions.some(has))
  return isNeeded ? transformChecks?.() : undefined
}

/** Everything that is wrong with an instance among these sources. */
export function instanceProblems(
  instance: Instance,
  sources: readonly Source[],
  { catalogue, addressProblem = anywhere, checks }: CheckDeps,
): readonly PlacedProblem[] {
  const destination = catalogue.get(instance.kind)
  if (destination === undefined) return [{ at: ['kind'], problem: `"${instance.kind}" is no destination` }]
  const connected = instance.sources.flatMap((id, index): PlacedProblem[] => {
    const source = sources.find((one) => one.id === id)
    const problem = source === undefined ? `"${id}" is no source` : connectionProblem(source, destination)
    return problem === undefined ? [] : [{ at: ['sources', index], problem }]
  })
  const repeats = new Set(instance.sources).size === instance.sources.length ? [] : [SOURCE_TWICE]
  const unreachable = unreachableSettings(instance, destination, addressProblem)
  return [...connected, ...repeats, ...checkInstance(instance, destination, checks), ...unreachable]
}
const anywhere = () => undefined
const SOURCE_TWICE: PlacedProblem = { at: ['sources'], problem: 'name a source twice' }

/** @throws {AppError} CHANGED_MEANWHILE when the item is not as the change left it */
function takeBack(configuration: Configuration, change: RecordedChange): Configuration {
  const { sources, instances, plans = [], alerts } = configuration
  switch (change.what) {
    case 'plan':
      return withPlans(configuration, put(plans, change as OfItem<TrackingPlan>))
    case 'source':
      return { ...configuration, sources: put(sources, change as OfItem<Source>) }
    case 'destination':
      return { ...configuration, instances: put(instances, change as OfItem<Instance>) }
    case 'alerts': {
      if (!isDeepStrictEqual(alerts, change.after)) throw new AppError('CHANGED_MEANWHILE', {})
      const { alerts: _, ...rest } = configuration
      return change.before === undefined ? rest : { ...rest, alerts: change.before as AlertSettings }
    }
  }
}

type OfItem<Item> = RecordedChange & { readonly before: Item | undefined; readonly after: Item | undefined }

function put<Item extends { readonly id: string }>(
  items: readonly Item[],
  { id, what, before, after }: OfItem<Item>,
): readonly Item[] {
  const now = items.find((item) => item.id === id)
  if (!isDeepStrictEqual(now, after)) throw new AppError('CHANGED_MEANWHILE', { [what]: id })
  if (before === undefined) return items.filter((item) => item.id !== id)
  if (now === undefined) return [...items, before]
  return items.map((item) => (item.id === id ? before : item))
}

/** A destination that comes back is connected to those of its sources that are still there. */
function withSourcesThatAre(configuration: Configuration): Configuration {
  const here = new Set(configuration.sources.map(({ id }) => id))
  return {
    ...configuration,
    instances: configuration.instances.map((instance) => ({
      ...instance,
      sources: instance.sources.filter((id) => here.has(id)),
    })),
  }
}
