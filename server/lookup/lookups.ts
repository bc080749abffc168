import type { AnswerOf, QueryOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import type { Instance } from '../../core/configuration.ts'
import type { Address } from '../../core/event.ts'
import type { ConnectedInstance } from '../../core/transform/connected.ts'
import { attemptDetail, attemptList } from './attempts.ts'
import { type EventLookupDeps, eventDetail, eventList } from './events.ts'
import { type LiveAsked, type LiveEntries, liveEntries } from './live.ts'
import { type Overview, overviewOf } from './overview.ts'
import { schemaOf } from './schema.ts'
import { type SearchIn, search } from './search.ts'
import { type RatesOf, ratesOf, seriesOf } from './series.ts'

type Query<Name extends keyof Routes> = QueryOf<Routes[Name]>
type Answer<Name extends keyof Routes> = Promise<AnswerOf<Routes[Name]>>

/**
 * Everything that pages ask about what has happened. Questions and answers are plain values: they may be asked in another
 * thread than the one that answers.
 */
export type Lookups = {
  readonly events: (query: Query<'GET /admin/v1/events'>) => Answer<'GET /admin/v1/events'>
  readonly event: (
    address: Address,
    instances: readonly ConnectedInstance[],
  ) => Answer<'GET /admin/v1/events/:address'>
  readonly attempts: (query: Query<'GET /admin/v1/attempts'>) => Answer<'GET /admin/v1/attempts'>
  readonly attempt: (id: string) => Answer<'GET /admin/v1/attempts/:id'>
  readonly search: (q: string, where: SearchIn) => Answer<'GET /admin/v1/search'>
  readonly schema: (
    sourceId: string,
    query: Query<'GET /admin/v1/sources/:id/schema'>,
  ) => Answer<'GET /admin/v1/sources/:id/schema'>
  readonly series: (query: Query<'GET /admin/v1/series'>) => Answer<'GET /admin/v1/series'>
  readonly rates: (of: RatesOf) => Answer<'GET /admin/v1/rates'>
  readonly overview: (instance: Instance, giveUpAfter_ms: number) => Promise<Overview>
  readonly live: (asked: LiveAsked) => Promise<LiveEntries>
}

export function lookups(deps: EventLookupDeps): Lookups {
  const { log, ledger, index, now_ms } = deps
  return {
    events: (query) => eventList(deps, query),
    event: (address, instances) => eventDetail(deps, address, instances),
    attempts: (query) => attemptList(deps, query),
    attempt: (id) => attemptDetail(ledger, id),
    search: (q, where) => search(deps, q, where),
    schema: async (sourceId, query) => schemaOf(index, sourceId, query),
    series: (query) => seriesOf(ledger, query, now_ms()),
    rates: (of) => ratesOf(deps, of, now_ms()),
    overview: (instance, giveUpAfter_ms) => overviewOf(deps, instance, giveUpAfter_ms, now_ms()),
    live: (asked) => liveEntries(log, asked),
  }
}
