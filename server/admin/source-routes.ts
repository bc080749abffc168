import { randomBytes } from 'node:crypto'
import {
  addSource,
  changeSource,
  find,
  removeSource,
  removeWriteKey,
  rotateWriteKey,
  setWriteKeyDisabled,
} from '../../core/edit/sources.ts'
import { isSqlKind } from '../../core/sql/settings.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Store } from '../store/store.ts'
import type { Configurator } from './configurator.ts'
import type { AdminRouter } from './router.ts'
import { shownSource } from './shown.ts'

export type SourceRouteDeps = {
  readonly store: Store
  readonly ledger: Ledger
  readonly configurator: Configurator
  /** A new source under an id that there was before begins anew. */
  readonly forget: (id: string) => Promise<void>
}
/** 144 random bits in 24 characters of base64url: nobody guesses one. */
const WRITE_KEY_BYTES = 18

export function sourceRoutes({ on }: AdminRouter, deps: SourceRouteDeps): void {
  const { store, ledger, configurator } = deps

  const shown = async () => {
    const [{ sources }, counts, revisions] = await Promise.all([
      store.read(),
      ledger.counts(),
      store.revisions(),
    ])
    return sources.map((source) => shownSource(source, { counts, revisions }))
  }
  const saved = async (id: string, change: number) => ({ saved: find('source', await shown(), id), change })
  const seen = (id: string, revision?: number) => ({ what: 'source' as const, id, revision })

  on('GET /admin/v1/sources', async () => ({ sources: await shown() }))
  on('GET /admin/v1/sources/:id', async ({ params }) => find('source', await shown(), params.id))
  on('POST /admin/v1/sources', async ({ body, by }) => {
    let id = ''
    const change = await configurator.change({ by }, (before) => {
      const added = addSource(before, body, newWriteKey())
      id = added.id
      return added.configuration
    })
    if (isSqlKind(body.kind)) await deps.forget(id)
    return saved(id, change)
  })
  on('PATCH /admin/v1/sources/:id', async ({ params: { id }, body, by }) => {
    const asking = { by, seen: seen(id, body.revision) }
    return saved(id, await configurator.change(asking, (before) => changeSource(before, id, body)))
  })
  on('DELETE /admin/v1/sources/:id', async ({ params: { id }, by }) => ({
    change: await configurator.change({ by }, (before) => removeSource(before, id)),
  }))
  on('POST /admin/v1/sources/:id/write-keys', async ({ params: { id }, by }) =>
    saved(id, await configurator.change({ by }, (before) => rotateWriteKey(before, id, newWriteKey()))),
  )
  on('PATCH /admin/v1/sources/:id/write-keys/:key', async ({ params: { id, key }, body, by }) => {
    const change = { key, disabled: body.disabled }
    return saved(id, await configurator.change({ by }, (before) => setWriteKeyDisabled(before, id, change)))
  })
  on('DELETE /admin/v1/sources/:id/write-keys/:key', async ({ params: { id, key }, by }) =>
    saved(id, await configurator.change({ by }, (before) => removeWriteKey(before, id, key))),
  )
}

function newWriteKey(): string {
  return randomBytes(WRITE_KEY_BYTES).toString('base64url')
}
