import type { Json } from '../../core/event.ts'
import type { Change, Store } from '../store/store.ts'

/** Who changed it last, and when. */
export type Drift = { readonly by: string; readonly at: string }
/** Under which name the store keeps what was applied last. */
const NAME = 'configuration applied'

/**
 * What was changed since files were applied last, by `revisionKey`. Only the numbers of changes are remembered, and
 * nothing of what they changed: the rest of the store is sealed for a reason. Nothing was ever applied: nothing drifts.
 */
export async function driftSince(
  store: Pick<Store, 'kept' | 'revisions' | 'changes'>,
): Promise<ReadonlyMap<string, Drift>> {
  const applied = readApplied(await store.kept(NAME))
  if (applied === undefined) return new Map()
  const later = [...(await store.revisions())].filter(([key, number]) => number > (applied[key] ?? 0))
  const drifts = later.map(async ([key, number]) => {
    const [change] = await store.changes({ number }, 1)
    const drift = { by: change?.by ?? '', at: new Date(change?.at_ms ?? 0).toISOString() }
    return [key, drift] as const
  })
  return new Map(await Promise.all(drifts))
}

/** From now on what is there is what files said. */
export async function rememberApplied(store: Pick<Store, 'keep' | 'revisions'>): Promise<void> {
  await store.keep(NAME, { revisions: Object.fromEntries(await store.revisions()) })
}

function readApplied(kept: Json | undefined): Readonly<Record<string, number>> | undefined {
  if (kept === undefined) return undefined
  return (kept as { readonly revisions: Readonly<Record<`${Change['what']}:${string}`, number>> }).revisions
}
