import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Frame } from './Frame.tsx'
import { PageFailed, PageLoading, PageMissing } from './RouteStates.tsx'

/** Filters of lists stand in the address, so that what is seen can be shared: every list reads what it knows. */
export type ListSearch = Readonly<Record<string, string>>

const root = createRootRouteWithContext<{ readonly client: QueryClient }>()({
  component: Frame,
  notFoundComponent: PageMissing,
})

/** Asks meanwhile, once it is known that somebody is logged in. */
async function prefetch(client: QueryClient, ask: () => Promise<unknown>): Promise<void> {
  const ways = await client.ensureQueryData(queries.login()).catch(() => undefined)
  if (ways?.me !== undefined) await ask()
}

/** The texts of an address's query; a number or a word such as `true` is a text here too. */
function listSearch(search: Record<string, unknown>): ListSearch {
  return Object.fromEntries(
    Object.entries(search)
      .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
      .map(([name, value]) => [name, String(value)]),
  )
}
const validateSearch = (search: Record<string, unknown>): ListSearch => listSearch(search)

// A loader asks for what its page asks for first, while the page itself is on its way. None is waited for.

const connections = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader({ context: { client } }) {
    void prefetch(client, () => client.prefetchQuery(queries.sources()))
    void prefetch(client, () => client.prefetchQuery(queries.destinations()))
    void prefetch(client, () => client.prefetchQuery(queries.rates()))
  },
  component: lazyRouteComponent(() => import('../connections/ConnectionsPage.tsx'), 'ConnectionsPage'),
})
const catalogue = createRoute({
  getParentRoute: () => root,
  path: '/catalogue',
  validateSearch,
  component: lazyRouteComponent(() => import('../catalogue/CataloguePage.tsx'), 'CataloguePage'),
})

const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  component: lazyRouteComponent(() => import('../sources/SourcesPage.tsx'), 'SourcesPage'),
})
const newSource = createRoute({
  getParentRoute: () => root,
  path: '/sources/new',
  validateSearch,
  component: lazyRouteComponent(() => import('../sources/NewSourcePage.tsx'), 'NewSourcePage'),
})
const source = createRoute({
  getParentRoute: () => root,
  path: '/sources/$sourceId',
  loader: ({ context: { client }, params }) =>
    void prefetch(client, () => client.prefetchQuery(queries.source(params.sourceId))),
  component: lazyRouteComponent(() => import('../sources/SourcePage.tsx'), 'SourcePage'),
})
const dataIn = createRoute({
  getParentRoute: () => source,
  path: '/',
  validateSearch,
  component: lazyRouteComponent(() => import('../sources/DataIn.tsx'), 'DataIn'),
})
const schema = createRoute({
  getParentRoute: () => source,
  path: 'schema',
  validateSearch,
  component: lazyRouteComponent(() => import('../sources/Schema.tsx'), 'Schema'),
})
const setUp = createRoute({
  getParentRoute: () => source,
  path: 'set-up',
  validateSearch,
  component: lazyRouteComponent(() => import('../sources/SetUp.tsx'), 'SetUp'),
})
const sourceRuns = createRoute({
  getParentRoute: () => source,
  path: 'runs',
  component: lazyRouteComponent(() => import('../sources/database/Runs.tsx'), 'Runs'),
})
const sourceSettings = createRoute({
  getParentRoute: () => source,
  path: 'settings',
  component: lazyRouteComponent(() => import('../sources/SourceSettings.tsx'), 'SourceSettings'),
})

const trackingPlans = createRoute({
  getParentRoute: () => root,
  path: '/tracking-plans',
  component: lazyRouteComponent(() => import('../tracking-plans/TrackingPlansPage.tsx'), 'TrackingPlansPage'),
})
const trackingPlan = createRoute({
  getParentRoute: () => root,
  path: '/tracking-plans/$planId',
  component: lazyRouteComponent(() => import('../tracking-plans/TrackingPlanPage.tsx'), 'TrackingPlanPage'),
})

const destinations = createRoute({
  getParentRoute: () => root,
  path: '/destinations',
  component: lazyRouteComponent(() => import('../destinations/DestinationsPage.tsx'), 'DestinationsPage'),
})
const newDestination = createRoute({
  getParentRoute: () => root,
  path: '/destinations/new/$kind',
  validateSearch,
  component: lazyRouteComponent(() => import('../catalogue/WizardPage.tsx'), 'WizardPage'),
})
function loadDestination(client: QueryClient, id: string): void {
  void prefetch(client, () => client.prefetchQuery(queries.destination(id)))
  void prefetch(client, () => client.prefetchQuery(queries.catalogue()))
}
const destination = createRoute({
  getParentRoute: () => root,
  path: '/destinations/$destinationId',
  loader: ({ context: { client }, params }) => loadDestination(client, params.destinationId),
  component: lazyRouteComponent(() => import('../destinations/DestinationPage.tsx'), 'DestinationPage'),
})
const overview = createRoute({
  getParentRoute: () => destination,
  path: '/',
  validateSearch,
  component: lazyRouteComponent(() => import('../destinations/Overview.tsx'), 'Overview'),
})
const actions = createRoute({
  getParentRoute: () => destination,
  path: 'actions',
  component: lazyRouteComponent(() => import('../destinations/Actions.tsx'), 'Actions'),
})
const deliveries = createRoute({
  getParentRoute: () => destination,
  path: 'deliveries',
  validateSearch,
  component: lazyRouteComponent(() => import('../destinations/Deliveries.tsx'), 'Deliveries'),
})
const deadLetters = createRoute({
  getParentRoute: () => destination,
  path: 'dead-letters',
  validateSearch,
  component: lazyRouteComponent(() => import('../destinations/DeadLetters.tsx'), 'DeadLetters'),
})
const destinationSources = createRoute({
  getParentRoute: () => destination,
  path: 'sources',
  component: lazyRouteComponent(() => import('../destinations/DestinationSources.tsx'), 'DestinationSources'),
})
const destinationSettings = createRoute({
  getParentRoute: () => destination,
  path: 'settings',
  component: lazyRouteComponent(
    () => import('../destinations/DestinationSettings.tsx'),
    'DestinationSettings',
  ),
})
const actionEditor = createRoute({
  getParentRoute: () => root,
  path: '/destinations/$destinationId/actions/$actionId',
  loader: ({ context: { client }, params }) => loadDestination(client, params.destinationId),
  validateSearch,
  component: lazyRouteComponent(() => import('../actions/ActionEditorPage.tsx'), 'ActionEditorPage'),
})

const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  validateSearch,
  component: lazyRouteComponent(() => import('../events/EventsPage.tsx'), 'EventsPage'),
})
const event = createRoute({
  getParentRoute: () => root,
  path: '/events/$address',
  component: lazyRouteComponent(() => import('../events/EventPage.tsx'), 'EventPage'),
})
const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch,
  component: lazyRouteComponent(() => import('../events/SearchPage.tsx'), 'SearchPage'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../settings/SettingsPage.tsx'), 'SettingsPage'),
})

const people = createRoute({
  getParentRoute: () => root,
  path: '/settings/people',
  component: lazyRouteComponent(() => import('../people/PeoplePage.tsx'), 'PeoplePage'),
})
const tokens = createRoute({
  getParentRoute: () => root,
  path: '/settings/tokens',
  component: lazyRouteComponent(() => import('../tokens/TokensPage.tsx'), 'TokensPage'),
})
const audit = createRoute({
  getParentRoute: () => root,
  path: '/settings/audit',
  validateSearch,
  component: lazyRouteComponent(() => import('../audit/AuditPage.tsx'), 'AuditPage'),
})
const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/AccountPage.tsx'), 'AccountPage'),
})
const link = createRoute({
  getParentRoute: () => root,
  path: '/link',
  component: lazyRouteComponent(() => import('../access/LinkPage.tsx'), 'LinkPage'),
})

/** Every address that has a page. Pages are loaded when somebody goes there, or is about to. */
export const routeTree = root.addChildren([
  connections,
  catalogue,
  sources,
  newSource,
  source.addChildren([dataIn, schema, setUp, sourceRuns, sourceSettings]),
  trackingPlans,
  trackingPlan,
  destinations,
  newDestination,
  destination.addChildren([
    overview,
    actions,
    deliveries,
    deadLetters,
    destinationSources,
    destinationSettings,
  ]),
  actionEditor,
  events,
  event,
  search,
  settings,
  people,
  tokens,
  audit,
  account,
  link,
])

export const routeStates = {
  defaultNotFoundComponent: PageMissing,
  defaultErrorComponent: PageFailed,
  defaultPendingComponent: PageLoading,
}
