import { find } from '../../core/edit/sources.ts'
import type { JsonObject } from '../../core/event.ts'
import { sampleCalls } from '../../core/sample-events.ts'
import type { Store } from '../store/store.ts'
import type { AdminRouter } from './router.ts'

/** Takes a batch as from a client that has this write key. */
export type TakeBatch = (writeKey: string, calls: readonly JsonObject[]) => Promise<void>

export type SampleRouteDeps = {
  readonly store: Store
  readonly take: TakeBatch
  readonly now_ms: () => number
}

/** Made-up events go the same way as all others, so what is seen of them is true of all others. */
export function sampleRoutes({ on }: AdminRouter, { store, take, now_ms }: SampleRouteDeps): void {
  on('POST /admin/v1/sources/:id/sample-events', async ({ params }) => {
    const { sources } = await store.read()
    const { writeKey } = find('source', sources, params.id)
    const now = now_ms()
    const calls = sampleCalls(now.toString(36), now)
    await take(writeKey, calls)
    return { events: calls.length }
  })
}
