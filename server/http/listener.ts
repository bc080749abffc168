import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { AppError } from '../../core/errors.ts'

/** Longer than the idle time of common load balancers (60 s), so that they close first and no request is cut. */
const KEEP_ALIVE_MS = 72_000
/** A request that takes longer to arrive is a broken or hostile client. */
const REQUEST_TIMEOUT_MS = 30_000
/** A 503 asks the client to come back after this, plus up to as much again, so that not all come at once. */
const RETRY_AFTER_S = 5

export type ListenerOptions = {
  readonly body_bytes_max: number
  /** Which proxies may say who sent a request, and to which name: false for none, how many, or their addresses. */
  readonly trustProxy?: false | number | readonly string[]
  readonly onFault: (error: unknown) => void
  /** Answers what no route does, or leaves it. */
  readonly otherwise?: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>
}

/** An HTTP server that hands bodies over as bytes and answers every failure with a code from the error table. */
export function httpListener({
  body_bytes_max,
  trustProxy = false,
  onFault,
  otherwise,
}: ListenerOptions): FastifyInstance {
  const server = fastify({
    bodyLimit: body_bytes_max,
    trustProxy: trusted(trustProxy),
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    // An address that cannot be decoded, such as /%zz.
    frameworkErrors: (_error, request, reply) => sendError(reply, routeNotFound(request)),
  })
  // Whatever the Content-Type says: the browser libraries send JSON as text/plain.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.setNotFoundHandler(
    async (request, reply) => (await otherwise?.(request, reply)) ?? sendError(reply, routeNotFound(request)),
  )
  server.setErrorHandler(async (error: FastifyError, _request, reply) => {
    const named = nameError(error, body_bytes_max)
    if (named.code === 'INTERNAL' || named.code === 'LOG_UNAVAILABLE') onFault(error.cause ?? error)
    return sendError(reply, named)
  })
  return server
}

function trusted(proxies: NonNullable<ListenerOptions['trustProxy']>) {
  if (proxies === false) return false
  return typeof proxies === 'number' ? (_address: string, hop: number) => hop < proxies : [...proxies]
}

/** @throws {AppError} PORT_IN_USE */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
    throw new AppError('PORT_IN_USE', { host, port }, { cause })
  }
}

export function sendError(reply: FastifyReply, error: AppError): FastifyReply {
  const { code, message, details, status } = error
  if (status === 503) {
    reply.header('retry-after', String(RETRY_AFTER_S + Math.floor(Math.random() * (RETRY_AFTER_S + 1))))
  } else if (code === 'RATE_LIMITED') reply.header('retry-after', String(details['retryAfter_s']))
  // What is not there now, such as a source, may be in a moment; some caches keep a 404 unless they are told not to.
  reply.header('cache-control', 'no-store')
  return reply.code(status).send({ success: false, error: { code, message, details } })
}

function routeNotFound({ method, url }: FastifyRequest): AppError {
  return new AppError('ROUTE_NOT_FOUND', { address: `${method} ${url}` })
}

function nameError(error: FastifyError, bytes_max: number): AppError {
  if (error instanceof AppError) return error
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new AppError('BODY_TOO_LARGE', { bytes_max }, { cause: error })
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new AppError('BODY_NOT_JSON', { problem: error.message }, { cause: error })
  }
  return new AppError('INTERNAL', {}, { cause: error })
}
