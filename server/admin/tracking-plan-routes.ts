import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import type { Configuration } from '../../core/configuration.ts'
import { addPlan, changePlan, removePlan } from '../../core/edit/plans.ts'
import { find } from '../../core/edit/sources.ts'
import { AppError } from '../../core/errors.ts'
import { planProblems } from '../../core/tracking-plan/check.ts'
import { rulesFromShapes } from '../../core/tracking-plan/from-shapes.ts'
import { PLANNED_TYPES, type TrackingPlan } from '../../core/tracking-plan/tracking-plan.ts'
import { typescriptOf } from '../../core/tracking-plan/typescript.ts'
import { planDocument } from '../../core/tracking-plan/write-document.ts'
import type { Lookups } from '../lookup/lookups.ts'
import { type RecordedChange, revisionKey, type Store } from '../store/store.ts'
import type { Configurator } from './configurator.ts'
import type { AdminRouter } from './router.ts'

/** Nobody looks further back. */
const VERSIONS_MAX = 100

export type TrackingPlanRouteDeps = {
  readonly store: Store
  readonly configurator: Configurator
  readonly lookups: Pick<Lookups, 'schema'>
}
type Shown = AnswerOf<Routes['GET /admin/v1/tracking-plans/:id']>

/** Tracking plans: what they are, and what others write them as. */
export function trackingPlanRoutes(router: AdminRouter, deps: TrackingPlanRouteDeps): void {
  const { on } = router
  const { store, configurator } = deps
  const shown = async () => {
    const [configuration, revisions] = await Promise.all([store.read(), store.revisions()])
    return (configuration.plans ?? []).map((plan) => shownPlan(plan, configuration, revisions))
  }
  const saved = async (id: string, change: number) => ({ saved: find('plan', await shown(), id), change })
  const planOf = async (id: string) => find('plan', (await store.read()).plans ?? [], id)

  on('GET /admin/v1/tracking-plans', async () => ({
    plans: (await shown()).map((plan) => ({ ...plan, rules: plan.rules.length })),
  }))
  on('GET /admin/v1/tracking-plans/:id', async ({ params }) => find('plan', await shown(), params.id))
  on('POST /admin/v1/tracking-plans', async ({ body: { name, id: wanted, rules = [] }, by }) => {
    let id = ''
    const change = await configurator.change({ by }, (before) => {
      const added = addPlan(before, { name, id: wanted, rules })
      id = added.id
      return added.configuration
    })
    return saved(id, change)
  })
  on('PATCH /admin/v1/tracking-plans/:id', async ({ params: { id }, body, by }) => {
    const asking = { by, seen: { what: 'plan' as const, id, revision: body.revision } }
    return saved(id, await configurator.change(asking, (before) => changePlan(before, id, body)))
  })
  on('DELETE /admin/v1/tracking-plans/:id', async ({ params: { id }, by }) => ({
    change: await configurator.change({ by }, (before) => removePlan(before, id)),
  }))
  on(
    'GET /admin/v1/tracking-plans/:id/document',
    async ({ params: { id }, query: { format = 'millrace' } }) => ({
      document: planDocument(await planOf(id), format),
    }),
  )
  on('GET /admin/v1/tracking-plans/:id/types', async ({ params: { id } }) => ({
    text: typescriptOf(await planOf(id)),
  }))
  versionRoutes(router, store)
  writingRoutes(router, deps)
}

function shownPlan(
  { id, name, rules }: TrackingPlan,
  { sources }: Configuration,
  revisions: ReadonlyMap<string, number>,
): Shown {
  return {
    ...{ id, name, rules },
    sources: sources.filter(({ plan }) => plan?.id === id).map((source) => source.id),
    revision: revisions.get(revisionKey('plan', id)) ?? 0,
  }
}

function versionRoutes({ on }: AdminRouter, store: Store): void {
  const versionsOf = async (id: string) => {
    const changes = await store.changes({ what: 'plan', of: id }, VERSIONS_MAX)
    return changes.map((change, index) => shownVersion(change, index === 0))
  }
  on('GET /admin/v1/tracking-plans/:id/versions', async ({ params: { id } }) => ({
    versions: (await versionsOf(id)).map(({ rules, name: _, ...rest }) => ({ ...rest, rules: rules.length })),
  }))
  on('GET /admin/v1/tracking-plans/:id/versions/:version', async ({ params: { id, version } }) => {
    const found = (await versionsOf(id)).find((one) => String(one.version) === version)
    if (found === undefined) throw new AppError('NOT_FOUND', { plan: id, version })
    return found
  })
}

function shownVersion({ number, at_ms, by, change, before, after }: RecordedChange, isNewest: boolean) {
  const { name, rules } = (after ?? before) as TrackingPlan
  const current = isNewest && after !== undefined
  return { ...{ version: number, at: new Date(at_ms).toISOString(), by, change, current }, name, rules }
}

/** What helps while a plan is being written. Nothing is stored. */
function writingRoutes({ on }: AdminRouter, { store, lookups }: TrackingPlanRouteDeps): void {
  on('POST /admin/v1/tracking-plans/check', ({ body: { rules } }) => ({
    problems: planProblems(rules).map(({ at, problem }) => ({ at: [...at], problem })),
  }))
  on('POST /admin/v1/tracking-plans/read', async ({ body: { document } }) => {
    const { readPlan } = await import('../tracking-plans/read-plan.ts')
    const read = readPlan(document)
    if (!read.ok) return { rules: [], notes: [], problems: [{ at: [], problem: read.problem }] }
    const { format, name, rules, notes } = read
    const problems = planProblems(rules).map(({ at, problem }) => ({ at: [...at], problem }))
    return { format, ...(name === undefined ? {} : { name }), rules, notes, problems }
  })
  on('POST /admin/v1/tracking-plans/draft', async ({ body: { source } }) => {
    find('source', (await store.read()).sources, source)
    const seen = await Promise.all(PLANNED_TYPES.map((type) => lookups.schema(source, { type })))
    return { rules: rulesFromShapes(seen.flatMap(({ events }) => events)) }
  })
}
