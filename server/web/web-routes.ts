import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ALWAYS, EACH_TIME, notBuilt, send } from './send-file.ts'
import { INDEX, type WebFiles } from './web-files.ts'

/** Below these, an address that nobody knows is an error and no page. */
const NEVER_PAGES = /^\/(?:admin|sandbox|docs|assets)(?:[/?]|$)/

/** The files of the pages: those whose name has a hash are kept for ever, the others asked for anew each time. */
export function webRoutes(server: FastifyInstance, files: WebFiles): void {
  server.get<{ Params: { file: string } }>('/assets/:file', async (request, reply) => {
    const found = await files.find(`assets/${request.params.file}`, request.headers['accept-encoding'])
    if (found === undefined) return reply.callNotFound()
    return send(request, reply, files, found, ALWAYS)
  })
  for (const name of ['theme.js', 'favicon.svg']) {
    server.get(`/${name}`, async (request, reply) => {
      const found = await files.find(name, request.headers['accept-encoding'])
      return found === undefined ? reply.callNotFound() : send(request, reply, files, found, EACH_TIME)
    })
  }
}

/**
 * The page for an address that no route knows: a script in it draws what the address names. Undefined for whoever does
 * not ask for a page.
 */
export function webPage(files: WebFiles) {
  return async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> {
    const { method, url, headers } = request
    const isPage = (method === 'GET' || method === 'HEAD') && /\btext\/html\b/.test(headers.accept ?? '')
    if (!isPage || NEVER_PAGES.test(url)) return undefined
    const found = await files.find(INDEX, headers['accept-encoding'])
    if (found !== undefined) return send(request, reply.code(200), files, found, EACH_TIME)
    return notBuilt(reply, NOT_BUILT)
  }
}

const NOT_BUILT = {
  what: 'The pages are not built',
  works: 'Millrace runs, takes events and delivers them.',
  command: 'npm run build:web',
  instead: 'What the pages show is at <a href="/admin/v1/sources">/admin/v1</a> too.',
}
