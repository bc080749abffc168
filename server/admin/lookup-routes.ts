import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import type { Destination } from '../../core/destination.ts'
import { find } from '../../core/edit/sources.ts'
import type { SpecEvent } from '../../core/event.ts'
import { rulesByEvent, type TrackingPlan } from '../../core/tracking-plan/tracking-plan.ts'
import { connectedInstances } from '../../core/transform/connected.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Lookups } from '../lookup/lookups.ts'
import { readAddress } from '../lookup/shown.ts'
import type { Store } from '../store/store.ts'
import type { AdminRouter } from './router.ts'
import { shownState } from './shown.ts'

export type LookupRouteDeps = {
  readonly store: Store
  readonly ledger: Ledger
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly lookups: Lookups
  readonly giveUpAfter_ms: number
}

/** What has happened: events, attempts, search, counts over time. Answered by another thread. */
export function lookupRoutes({ on }: AdminRouter, deps: LookupRouteDeps): void {
  const { store, ledger, catalogue, lookups, giveUpAfter_ms } = deps
  on('GET /admin/v1/events', ({ query }) => lookups.events(query))
  on('GET /admin/v1/events/:address', async ({ params: { address } }) => {
    return lookups.event(readAddress('address', address), connectedInstances(await store.read()))
  })
  on('GET /admin/v1/attempts', ({ query }) => lookups.attempts(query))
  on('GET /admin/v1/attempts/:id', ({ params: { id } }) => lookups.attempt(id))
  on('GET /admin/v1/search', async ({ query: { q }, who }) => {
    const { hits } = await lookups.search(q, names(await store.read()))
    // That somebody is there is told to nobody who may not see who they are.
    return { hits: who.personal ? hits : hits.filter(({ kind }) => kind !== 'person') }
  })
  on('GET /admin/v1/sources/:id/schema', async ({ params: { id }, query }) => {
    const { sources, plans = [] } = await store.read()
    const held = find('source', sources, id).plan?.id
    const plan = plans.find((one) => one.id === held)
    const answer = await lookups.schema(id, query)
    return plan === undefined ? answer : { ...answer, events: withPlanned(answer.events, plan) }
  })
  on('GET /admin/v1/series', ({ query }) => lookups.series(query))
  on('GET /admin/v1/rates', async () => {
    const { sources, instances } = await store.read()
    return lookups.rates({
      sources: sources.map(({ id }) => id),
      instances: instances.map(({ id, sources }) => ({ id, sources })),
    })
  })
  on('GET /admin/v1/destinations/:id/overview', async ({ params: { id } }) => {
    const instance = find('destination', (await store.read()).instances, id)
    const [states, overview] = [await ledger.states(), await lookups.overview(instance, giveUpAfter_ms)]
    return { ...shownState(instance, catalogue.get(instance.kind), states.get(id)), ...overview }
  })
}

type Seen = AnswerOf<Routes['GET /admin/v1/sources/:id/schema']>['events']

/** Which of them the plan has, where it has rules for calls of their type. */
function withPlanned(events: Seen, { rules }: TrackingPlan): Seen {
  const find = rulesByEvent(rules)
  return events.map((one) => {
    const rule = find({ type: one.type, event: one.name, name: one.name } as unknown as SpecEvent)
    return rule === undefined ? one : { ...one, planned: rule !== 'unplanned' }
  })
}

function names({ sources, instances }: Awaited<ReturnType<Store['read']>>) {
  const named = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name })
  return { sources: sources.map(named), instances: instances.map(named) }
}
