import type { FastifyInstance, FastifyReply, FastifyRequest, InjectOptions } from 'fastify'
import { AppError } from '../../core/errors.ts'
import type { Access } from '../admin/router.ts'
import { type Ask, adminClient } from '../cli/client.ts'
import type { AgentServerDeps } from './agent-server.ts'

export type McpRouteDeps = Omit<AgentServerDeps, 'client'> & { readonly access: Access }

/** A message of an agent, in bytes: the longest is a mapping. */
const MESSAGE_BYTES_MAX = 1_048_576
// Nothing of the lists changes while somebody listens.
const OPTIONS = { maxRequestBodySize: MESSAGE_BYTES_MAX, maxSubscriptions: 0 } as const
/** Of a request to `/mcp`, what the requests to the admin API that it becomes carry too: who asks, and from where. */
const CARRIED = ['authorization', 'host', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'] as const

/**
 * Streamable HTTP at `/mcp`, without sessions: each message is answered by itself, as whoever's token it carries. What a tool
 * does are requests to the admin API of this very server, so that they are allowed, checked, masked and noted as all others.
 */
export function mcpRoutes(server: FastifyInstance, { access, ...deps }: McpRouteDeps): void {
  server.route({
    method: ['POST', 'GET', 'DELETE'],
    url: '/mcp',
    exposeHeadRoute: false,
    async handler(request, reply) {
      await byToken(access, request, reply)
      // Half a megabyte of code, that most servers never need.
      const [{ createMcpHandler }, { agentServer }] = await Promise.all([
        import('./sdk.ts'),
        import('./agent-server.ts'),
      ])
      const client = adminClient({ ask: askHere(server, request) }, {})
      const handler = createMcpHandler(() => agentServer({ ...deps, client }), OPTIONS)
      const answer = await handler.fetch(webRequest(request, reply))
      answer.headers.set('cache-control', 'no-store, no-transform')
      return reply.send(answer)
    },
  })
}

/** A browser's cookie is not enough: no page has to do with this. @throws {AppError} LOGIN_NEEDED, TOKEN_INVALID, TOKEN_EXPIRED */
async function byToken(access: Access, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  try {
    const { via } = await access(request, 'view')
    if (via === 'session') throw new AppError('LOGIN_NEEDED', { problem: 'an API token is needed here' })
  } catch (error) {
    if (error instanceof AppError && error.status === 401) reply.header('www-authenticate', 'Bearer')
    throw error
  }
}

function webRequest(
  { method, headers, body, host, protocol }: FastifyRequest,
  { raw }: FastifyReply,
): Request {
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  const named = Object.entries(headers).filter(([, value]) => typeof value === 'string') as [string, string][]
  return new Request(`${protocol}://${host}/mcp`, {
    ...{ method, headers: named, signal: gone.signal },
    ...(body instanceof Uint8Array ? { body: new Uint8Array(body) } : {}),
  })
}

/** Asks this server's own routes, as whoever asked it. */
function askHere(server: FastifyInstance, request: FastifyRequest): Ask {
  const carried = CARRIED.flatMap((name) => {
    const value = request.headers[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const agent = request.headers['user-agent'] ?? 'unknown'
  return async (method, url, { body }) => {
    const { pathname, search } = new URL(url)
    const answer = await server.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url: pathname + search,
      headers: {
        ...Object.fromEntries(carried),
        ...{ accept: 'application/json', 'user-agent': `agent ${agent}` },
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      remoteAddress: request.socket.remoteAddress ?? '',
    })
    return { ok: answer.statusCode < 300, json: answer.json() }
  }
}
