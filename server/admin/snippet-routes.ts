import { type PagePaths, USUAL_PATHS } from '../../core/page-paths.ts'
import { type Snippets, snippets } from '../../core/snippets.ts'
import type { Store } from '../store/store.ts'
import { invalid, notFound } from './request.ts'
import type { AdminRouter } from './router.ts'

export type SnippetDeps = {
  readonly store: Store
  /** The address by which pages reach the server. */
  readonly host: () => string
  readonly ownPaths: PagePaths | undefined
}
export type SnippetAnswer = {
  readonly host: string
  readonly usual: Snippets
  /** With the path of one's own, where there is one. */
  readonly own?: Snippets
}

/** `GET /admin/v1/snippets?source=ID`: what a person puts into a site for a source, ready to be copied. */
export function snippetRoutes({ on }: AdminRouter, { store, host, ownPaths }: SnippetDeps): void {
  on('GET /admin/v1/snippets', async ({ query: { source: id } }): Promise<SnippetAnswer> => {
    const { sources } = await store.read()
    const source = sources.find((one) => one.id === id)
    if (source === undefined) throw notFound('source', id)
    if (source.kind !== 'javascript')
      throw invalid('source', `is of kind ${source.kind}, which runs in no page`)
    const made = (paths: PagePaths) => snippets({ host: host(), writeKey: source.writeKey, paths })
    return {
      host: host(),
      usual: made(USUAL_PATHS),
      ...(ownPaths === undefined ? {} : { own: made(ownPaths) }),
    }
  })
}
