import { isDeepStrictEqual } from 'node:util'
import type { Configuration } from '../core/configuration.ts'
import type { StoreNews } from './store/postgres.ts'
import type { Store } from './store/store.ts'

export type FollowDeps = {
  readonly store: Store & {
    readonly onNews?: (
      hear: (news: StoreNews) => void,
      onLost: (error: unknown) => void,
    ) => { readonly stop: () => Promise<void> }
  }
  readonly now: () => Configuration
  readonly onChange: (changed: Configuration) => void
  readonly onSuppressed: () => Promise<void>
  readonly onTrouble: (error: unknown) => void
}

/**
 * What other processes configure counts here too, as soon as it is told. Whoever could not hear for a while reads everything again,
 * so nothing is missed. A store that is one process's own has nothing to follow.
 */
export function followStore({ store, now, onChange, onSuppressed, onTrouble }: FollowDeps) {
  let last: Promise<void> = Promise.resolve()

  async function follow({ what }: StoreNews): Promise<void> {
    if (what !== 'configuration') await onSuppressed()
    if (what === 'suppressed') return
    const configuration = await store.read()
    if (!isDeepStrictEqual(configuration, now())) onChange(configuration)
  }
  /** One after the other: of two that were told, the older one must not come last. */
  function hear(news: StoreNews): void {
    if (news.isOwn) return
    last = last.then(() => follow(news)).catch(onTrouble)
  }

  const listening = store.onNews?.(hear, onTrouble)
  return {
    async stop(): Promise<void> {
      await listening?.stop()
      await last
    },
  }
}
