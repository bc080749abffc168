import type { Destination } from '../../core/destination.ts'
import { find } from '../../core/edit/sources.ts'
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
    find('source', (await store.read()).sources, id)
    return lookups.schema(id, query)
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

function names({ sources, instances }: Awaited<ReturnType<Store['read']>>) {
  const named = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name })
  return { sources: sources.map(named), instances: instances.map(named) }
}
