import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BUILD_COMMAND, INDEX, type WebFile, type WebFiles } from './web-files.ts'

const YEAR_S = 31_536_000
/** Below these, an address that nobody knows is an error and no page. */
const NEVER_PAGES = /^\/(?:admin|sandbox|docs|assets)(?:[/?]|$)/

/** The files of the pages: those whose name has a hash are kept for ever, the others asked for anew each time. */
export function webRoutes(server: FastifyInstance, files: WebFiles): void {
  server.get<{ Params: { file: string } }>('/assets/:file', async (request, reply) => {
    const found = await files.find(`assets/${request.params.file}`, request.headers['accept-encoding'])
    if (found === undefined) return reply.callNotFound()
    return send(request, reply, files, found, `public, max-age=${YEAR_S}, immutable`)
  })
  for (const name of ['theme.js', 'favicon.svg']) {
    server.get(`/${name}`, async (request, reply) => {
      const found = await files.find(name, request.headers['accept-encoding'])
      return found === undefined ? reply.callNotFound() : send(request, reply, files, found, 'no-cache')
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
    if (found !== undefined) return send(request, reply.code(200), files, found, 'no-cache')
    return reply
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .code(503)
      .send(NOT_BUILT)
  }
}

function send(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  files: WebFiles,
  { bytes, type, encoding, etag }: WebFile,
  cacheControl: string,
): FastifyReply {
  reply.headers({
    'content-type': type,
    'cache-control': cacheControl,
    etag,
    vary: 'Accept-Encoding',
  })
  if (files.hasAlready(headers['if-none-match'], etag)) return reply.code(304).send()
  if (encoding !== undefined) reply.header('content-encoding', encoding)
  return reply.send(bytes)
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Millrace</title>
<h1>The pages are not built</h1>
<p>Millrace runs, takes events and delivers them. To see its pages, run <code>${BUILD_COMMAND}</code> in its folder and
load this page again.</p>
<p>What the pages show is at <a href="/admin/v1/sources">/admin/v1</a> too.</p>
</html>
`
