import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import { AppError } from '../../core/errors.ts'
import { type ConnectionLimits, limitConnections, PATIENCE, type Patience } from './connections.ts'
import type { TlsPair } from './tls.ts'

/** A 503 asks the client to come back after this, plus up to as much again, so that not all come at once. */
const RETRY_AFTER_S = 5

export type ListenerOptions = {
  readonly body_bytes_max: number
  /** Which proxies may say who sent a request, and to which name: false for none, how many, or their addresses. */
  readonly trustProxy?: false | number | readonly string[]
  readonly onFault: (error: unknown) => void
  /** Hears of each request that is refused as a whole, and of what was no request. */
  readonly onRefused?: (error: AppError) => void
  /** Answers what no route does, or leaves it. */
  readonly otherwise?: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>
  readonly connections?: Pick<ConnectionLimits, 'all_max' | 'address_max'>
  /** Hears of each connection that was one too many. */
  readonly onConnectionClosed?: () => void
  readonly patience?: Partial<Patience>
  /** Of every answer, unless a route says otherwise. */
  readonly headers?: Readonly<Record<string, string>>
  /** Left out: HTTP. */
  readonly tls?: TlsPair | undefined
}

/** An HTTP server that hands bodies over as bytes and answers every failure with a code from the error table. */
export function httpListener(options: ListenerOptions): FastifyInstance {
  const {
    body_bytes_max,
    trustProxy = false,
    onFault,
    otherwise,
    onRefused = nothing,
    headers = {},
  } = options
  const patience = { ...PATIENCE, ...options.patience }
  const server = fastify({
    ...nodeOptions(options.tls, patience),
    bodyLimit: body_bytes_max,
    trustProxy: trusted(trustProxy),
    keepAliveTimeout: patience.keepAlive_ms,
    requestTimeout: patience.request_ms,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    // An address that cannot be decoded, such as /%zz.
    frameworkErrors: (_error, request, reply) => sendError(reply.headers(headers), routeNotFound(request)),
    clientErrorHandler: (error, socket) => answerNoRequest(error, socket, { onRefused, headers }),
  }) as FastifyInstance
  limit(server.server, options, patience)
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
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
    onRefused(named)
    return sendError(reply, named)
  })
  return server
}

const nothing = () => {}

/** Routes say nothing in schemas of fastify's: what would compile them is not loaded. */
function noSchemas(): never {
  throw new Error('no route has a schema for fastify')
}

/** What Node's own server is made with. */
function nodeOptions(tls: TlsPair | undefined, patience: Patience): FastifyServerOptions {
  const { head_bytes_max, check_ms, handshake_ms } = patience
  const http = { maxHeaderSize: head_bytes_max, connectionsCheckingInterval: check_ms }
  // Their types name one kind of server each.
  if (tls === undefined) return { http } as FastifyServerOptions
  return { https: { ...http, ...tls, handshakeTimeout: handshake_ms } } as FastifyServerOptions
}

function limit(
  server: Server,
  { connections, onConnectionClosed = nothing }: ListenerOptions,
  patience: Patience,
) {
  server.headersTimeout = patience.head_ms
  server.maxHeadersCount = patience.headers_max
  if (connections !== undefined) limitConnections(server, connections, onConnectionClosed)
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
  const { code, details, status } = error
  if (status === 503) {
    reply.header('retry-after', String(RETRY_AFTER_S + Math.floor(Math.random() * (RETRY_AFTER_S + 1))))
  } else if (code === 'RATE_LIMITED') reply.header('retry-after', String(details['retryAfter_s']))
  // What is not there now, such as a source, may be in a moment; some caches keep a 404 unless they are told not to.
  reply.header('cache-control', 'no-store')
  return reply.code(status).send(shown(error))
}

function shown({ code, message, details }: AppError): object {
  return { success: false, error: { code, message, details } }
}

/** What came in is no request that a route could answer: an answer by hand, and the end of the connection. */
function answerNoRequest(
  error: NodeJS.ErrnoException,
  socket: Socket,
  { onRefused, headers }: Required<Pick<ListenerOptions, 'onRefused' | 'headers'>>,
): void {
  // The other side is gone, or spoke HTTP to the TLS port: there is nobody to answer.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const named = new AppError(NO_REQUESTS[error.code ?? ''] ?? 'REQUEST_UNREADABLE')
  onRefused(named)
  const body = JSON.stringify(shown(named))
  const head = [
    `HTTP/1.1 ${named.status} ${REASONS[named.status] ?? 'Bad Request'}`,
    ...Object.entries({
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

const NO_REQUESTS: Readonly<Record<string, 'HEADERS_TOO_LARGE' | 'REQUEST_TOO_SLOW'>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TOO_SLOW',
}
const REASONS: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
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
