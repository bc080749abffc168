import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ALWAYS, EACH_TIME, notBuilt, send } from './send-file.ts'
import { INDEX, type WebFiles } from './web-files.ts'

const MISSING = '404.html'
/** Documents name each other so, and people copy it from there. */
const MARKDOWN = /\.md$/
const HAS_ENDING = /\.(?:html|js|css|svg|png)$/

/**
 * The documents below `/docs`, as the build made them: `/docs/errors` is `errors.html`. Where they were not built a page
 * says what builds them.
 */
export function docsRoutes(server: FastifyInstance, files: WebFiles): void {
  server.get('/docs', (request, reply) =>
    // The router takes both for the same.
    /^\/docs(?:\?|$)/.test(request.url) ? reply.redirect('/docs/') : answer('', request, reply),
  )
  server.get<{ Params: { '*': string } }>('/docs/*', (request, reply) =>
    answer(request.params['*'], request, reply),
  )

  async function answer(path: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (MARKDOWN.test(path)) return reply.redirect(`/docs/${encodeURI(path.replace(MARKDOWN, ''))}`)
    const accepted = request.headers['accept-encoding']
    const found = await files.find(nameOf(path), accepted)
    const cacheControl = path.startsWith('assets/') ? ALWAYS : EACH_TIME
    if (found !== undefined) return send(request, reply, files, found, cacheControl)
    if (HAS_ENDING.test(path)) {
      reply.callNotFound()
      return reply
    }
    const missing = await files.find(MISSING, accepted)
    if (missing === undefined) return notBuilt(reply, NOT_BUILT)
    return send(request, reply.code(404), files, missing, 'no-store')
  }
}

function nameOf(path: string): string {
  if (path === '') return INDEX
  return HAS_ENDING.test(path) ? path : `${path}.html`
}

const NOT_BUILT = {
  what: 'The documents are not built',
  works: 'They are in the folder <code>docs</code> of Millrace, as Markdown.',
  command: 'npm run build:docs',
  instead: '<a href="/">To the pages of this server</a>',
}
