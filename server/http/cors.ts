import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const PREFLIGHT_AGE_S = 86_400
/** What Segment's and Customer.io's browser libraries send; `authorization` alone makes a preflight of every call. */
const ALLOWED_HEADERS = ['authorization', 'content-type', 'x-retry-count', 'x-strict-mode']
/** RFC 9110, section 5.6.2: token. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/**
 * Lets pages of any site call: a write key in a page is public, and says which source is meant, not who may send.
 * `Retry-After` is exposed, because Segment's browser library obeys it.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowEveryOrigin(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    if (origin === undefined) return
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-allow-credentials', 'true')
    reply.header('access-control-expose-headers', 'Retry-After')
    reply.header('vary', 'Origin')
  })
  server.options('/*', preflight)
}

async function preflight(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const asked = String(request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => HEADER_NAME.test(name))
  return reply
    .code(204)
    .header('access-control-allow-methods', 'GET, POST, OPTIONS')
    .header('access-control-allow-headers', [...new Set([...ALLOWED_HEADERS, ...asked])].join(', '))
    .header('access-control-max-age', String(PREFLIGHT_AGE_S))
    .send()
}
