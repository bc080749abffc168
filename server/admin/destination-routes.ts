import type { Configuration, Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import {
  addInstance,
  addSubscription,
  changeInstance,
  changeSubscription,
  copySubscription,
  editInstance,
  type InstanceChange,
  newInstance,
  orderSubscriptions,
  removeInstance,
  removeSubscription,
  type SubscriptionChange,
  withSecrets,
} from '../../core/edit/instances.ts'
import { find } from '../../core/edit/sources.ts'
import { AppError, type PlacedProblem } from '../../core/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Store } from '../store/store.ts'
import {
  type CheckDeps,
  type Configurator,
  type ConfiguratorDeps,
  checksFor,
  instanceProblems,
} from './configurator.ts'
import type { AddressProblem } from './reachable.ts'
import { invalid, notFound } from './request.ts'
import type { AdminRouter } from './router.ts'
import { shownInstance } from './shown.ts'

export type DestinationRouteDeps = {
  readonly store: Store
  readonly ledger: Ledger
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly configurator: Configurator
  readonly addressProblem?: AddressProblem
  readonly transformChecks?: NonNullable<ConfiguratorDeps['transformChecks']>
}

/** Destinations and their actions: lists, changes, and what would be wrong with one. */
export function destinationRoutes(router: AdminRouter, deps: DestinationRouteDeps): void {
  const made = maker(deps)
  listRoutes(router, deps, made)
  changeRoutes(router, deps, made)
  actionRoutes(router, deps, made)
}

type Made = ReturnType<typeof maker>

function maker({ store, ledger, catalogue, configurator }: DestinationRouteDeps) {
  const shown = async () => {
    const [{ instances }, counts, states, aside, revisions] = await Promise.all([
      store.read(),
      ledger.counts(),
      ledger.states(),
      ledger.aside(),
      store.revisions(),
    ])
    return instances.map((instance) =>
      shownInstance(instance, { counts, states, aside, revisions, catalogue }),
    )
  }
  const saved = async (id: string, change: number) => ({
    saved: find('destination', await shown(), id),
    change,
  })
  return {
    shown,
    saved,
    /** Changes one instance, and shows it as it is then. */
    async edit(
      {
        id,
        by,
        revision,
      }: { readonly id: string; readonly by: string; readonly revision?: number | undefined },
      edit: (instance: Instance, destination: Destination) => Instance,
    ) {
      const asking = { by, seen: { what: 'destination' as const, id, revision } }
      const change = await configurator.change(asking, (before) =>
        editInstance(before, id, (instance) => edit(instance, kindOf(instance, catalogue))),
      )
      return saved(id, change)
    },
  }
}

function listRoutes({ on }: AdminRouter, deps: DestinationRouteDeps, { shown }: Made): void {
  const { store, catalogue } = deps
  on('GET /admin/v1/destinations', async () => ({ destinations: await shown() }))
  on('GET /admin/v1/destinations/:id', async ({ params }) => find('destination', await shown(), params.id))
  on('POST /admin/v1/destinations/check', async ({ body }) => {
    const destination = kindNamed(body.kind, catalogue)
    const configuration = await store.read()
    const before = body.id === undefined ? undefined : find('destination', configuration.instances, body.id)
    const settings = withSecrets(body.settings ?? {}, before?.settings ?? {}, destination)
    return { problems: await problemsOf(destination, { ...body, settings }, configuration, deps) }
  })
}

type Checked = {
  readonly sources?: string[]
  readonly settings: Instance['settings']
  readonly actions?: Parameters<typeof addSubscription>[2][]
}

async function problemsOf(
  destination: Destination,
  { sources, settings, actions }: Checked,
  { sources: known }: Configuration,
  deps: DestinationRouteDeps,
): Promise<readonly PlacedProblem[]> {
  try {
    const instance = newInstance(destination, { id: destination.kind, sources, settings, actions })
    const checks = await checksFor({ sources: [], instances: [instance] }, deps)
    return instanceProblems(instance, known, { ...deps, checks } satisfies CheckDeps)
  } catch (error) {
    const problems = error instanceof AppError ? error.details['problems'] : undefined
    if (typeof problems !== 'object') throw error
    return problems.map((one) => ({ ...one, at: ['actions', ...one.at] }))
  }
}

function changeRoutes(
  { on }: AdminRouter,
  { catalogue, configurator }: DestinationRouteDeps,
  { saved }: Made,
): void {
  on('POST /admin/v1/destinations', async ({ body, by }) => {
    const destination = kindNamed(body.kind, catalogue)
    let id = ''
    const change = await configurator.change({ by }, (before) => {
      const added = addInstance(before, destination, body)
      id = added.id
      return added.configuration
    })
    return saved(id, change)
  })
  on('PATCH /admin/v1/destinations/:id', async ({ params: { id }, body, by }) => {
    const { revision, ...given } = body
    const asking = { by, seen: { what: 'destination' as const, id, revision } }
    const change = await configurator.change(asking, (before) => {
      const destination = kindOf(find('destination', before.instances, id), catalogue)
      return changeInstance(before, id, given as InstanceChange, destination)
    })
    return saved(id, change)
  })
  on('DELETE /admin/v1/destinations/:id', async ({ params: { id }, by }) => ({
    change: await configurator.change({ by }, (before) => removeInstance(before, id)),
  }))
}

function actionRoutes({ on }: AdminRouter, _deps: DestinationRouteDeps, { edit }: Made): void {
  on('POST /admin/v1/destinations/:id/actions', ({ params: { id }, body, by }) =>
    edit({ id, by }, (instance, destination) => {
      const { copyOf, action, ...rest } = body
      if (copyOf !== undefined) return copySubscription(instance, copyOf)
      if (action === undefined) throw invalid('action', 'or copyOf is needed')
      return addSubscription(instance, destination, { ...rest, action })
    }),
  )
  on('PATCH /admin/v1/destinations/:id/actions/:action', ({ params: { id, action }, body, by }) => {
    const { revision, ...change } = body
    return edit({ id, by, revision }, (instance) =>
      changeSubscription(instance, action, change as SubscriptionChange),
    )
  })
  on('DELETE /admin/v1/destinations/:id/actions/:action', ({ params: { id, action }, by }) =>
    edit({ id, by }, (instance) => removeSubscription(instance, action)),
  )
  on('PUT /admin/v1/destinations/:id/actions', ({ params: { id }, body, by }) =>
    edit({ id, by }, (instance) => orderSubscriptions(instance, body.order)),
  )
}

function kindNamed(kind: string, catalogue: ReadonlyMap<string, Destination>): Destination {
  const destination = catalogue.get(kind)
  if (destination === undefined) throw notFound('kind', kind)
  return destination
}

function kindOf({ kind }: Instance, catalogue: ReadonlyMap<string, Destination>): Destination {
  return kindNamed(kind, catalogue)
}
