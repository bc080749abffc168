import type { Instance } from '../../core/configuration.ts'
import { find } from '../../core/edit/sources.ts'
import { CHANGES_KEPT_MAX, type RecordedChange, type Store } from '../store/store.ts'
import type { Configurator } from './configurator.ts'
import { invalid } from './request.ts'
import type { AdminRouter } from './router.ts'
import { changedActions, shownChange } from './shown.ts'

const LIMIT_DEFAULT = 50
/** Of one action: nobody looks at the two-hundredth version before this one. */
const VERSIONS_MAX = 200

/** What was changed, by whom, and back. */
export function changeRoutes(
  { on }: AdminRouter,
  { store, configurator }: { readonly store: Store; readonly configurator: Configurator },
): void {
  on('GET /admin/v1/changes', async ({ query: { of, limit = LIMIT_DEFAULT, before } }) => {
    const filter = {
      ...(of === undefined ? {} : { of }),
      ...(before === undefined ? {} : { before: numberOf('before', before) }),
    }
    const found = await store.changes(filter, limit + 1)
    const changes = found.slice(0, limit)
    const last = found.length > limit ? changes.at(-1) : undefined
    return {
      changes: changes.map(shownChange),
      ...(last === undefined ? {} : { next: String(last.number) }),
    }
  })
  on('POST /admin/v1/changes/:id/undo', async ({ params, by }) => ({
    change: await configurator.undo(by, numberOf('id', params.id)),
  }))
  on('GET /admin/v1/destinations/:id/actions/:action/versions', async ({ params: { id, action } }) => {
    const instance = find('destination', (await store.read()).instances, id)
    find('action', instance.subscriptions, action)
    const changes = await store.changes({ what: 'destination', of: id }, CHANGES_KEPT_MAX)
    return { versions: versionsOf(action, instance, changes) }
  })
}

/** Each change after which the action was another than before, newest first; before the first recorded one, as it was. */
function versionsOf(action: string, instance: Instance, changes: readonly RecordedChange[]) {
  const touching = changes
    .filter(({ before, after }) => changedActions(before, after).some(({ id }) => id === action))
    .slice(0, VERSIONS_MAX)
  const versions = touching.flatMap(({ number, at_ms, by, after }, index) => {
    const then = subscriptionOf(after, action)
    if (then === undefined) return []
    return [{ version: number, at: new Date(at_ms).toISOString(), by, current: index === 0, action: then }]
  })
  const oldest = touching.at(-1)
  const first =
    oldest === undefined ? subscriptionOf(instance, action) : subscriptionOf(oldest.before, action)
  if (first === undefined) return versions
  const original = {
    version: 0,
    at: new Date(0).toISOString(),
    by: '',
    current: oldest === undefined,
    action: first,
  }
  return [...versions, original]
}

function subscriptionOf(item: RecordedChange['before'], action: string) {
  if (item === undefined || !('subscriptions' in item)) return undefined
  return item.subscriptions.find(({ id }) => id === action)
}

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw invalid(name, 'must be the number of a change')
  return value
}
