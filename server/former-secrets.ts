import type { Instance } from '../core/configuration.ts'
import type { Destination } from '../core/destination.ts'
import { secretsIn } from '../core/mask.ts'
import { readSettings } from '../core/payload.ts'
import type { ConnectedInstance } from '../core/transform/connected.ts'
import type { Store } from './store/store.ts'

/** Of one destination: each costs a little for every answer that is kept. */
export const FORMER_SECRETS_MAX = 10
/** So many changes of destinations are looked through when the server starts. */
const CHANGES_MAX = 1_000

/**
 * The secrets that destinations had before: a receiver may still repeat one that was replaced. What was changed is known from the
 * store, and from then on by being told of each configuration.
 */
export async function formerSecrets(
  store: Pick<Store, 'changes'>,
  catalogue: ReadonlyMap<string, Destination>,
) {
  /** By the id of the destination, the newest last. */
  const known = new Map<string, Set<string>>()

  function learn(instances: readonly Instance[]): void {
    for (const { id, kind, settings } of instances) {
      const of = known.get(id) ?? new Set<string>()
      known.set(id, of)
      for (const text of secretsOf(kind, settings, catalogue)) {
        of.delete(text)
        of.add(text)
      }
    }
  }

  function of({ id, kind, settings }: Instance): readonly string[] {
    const own = new Set(secretsOf(kind, settings, catalogue))
    return [...(known.get(id) ?? [])].filter((text) => !own.has(text)).slice(-FORMER_SECRETS_MAX)
  }

  const changes = await store.changes({ what: 'destination' }, CHANGES_MAX)
  for (const { before } of changes.toReversed()) if (before !== undefined) learn([before as Instance])

  return {
    of,
    learn,
    /** Destinations with what must be hidden for them besides. One that had no other secrets is as it was. */
    with(instances: readonly ConnectedInstance[]): readonly ConnectedInstance[] {
      learn(instances)
      return instances.map((instance) => {
        const former = of(instance)
        return former.length === 0 ? instance : { ...instance, formerSecrets: former }
      })
    },
  }
}
export type FormerSecrets = Awaited<ReturnType<typeof formerSecrets>>

/** Of settings that are wrong by now, which texts are secret is not known. */
function secretsOf(
  kind: string,
  settings: Instance['settings'],
  catalogue: ReadonlyMap<string, Destination>,
): readonly string[] {
  const destination = catalogue.get(kind)
  const read = destination === undefined ? undefined : readSettings(destination.settings, settings)
  return read?.ok === true ? secretsIn(read.values) : []
}
