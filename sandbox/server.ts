import { setTimeout as wait } from 'node:timers/promises'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { isObject } from './check-fields.ts'
import type { HeapAnswer } from './exchange.ts'
import { type FaultRule, faultRulesProblem } from './fault-rules.ts'
import { type Faults, makeFaults, type Verdict } from './faults.ts'
import { type Heap, type HeapOptions, makeHeap } from './heap.ts'
import { PAGE_CSP, PAGE_HTML } from './page/page.ts'
import { type Settings, settingsProblem } from './settings.ts'
import { STATE_LIMIT_DEFAULT, type StateQuery } from './view.ts'

/** Heap states no limit. 1,000 events with ten properties of full length are as large. */
const BODY_BYTES_MAX = 10_000_000
const PERSON_KEYS = ['identity', 'user_id', 'anonymous_id', 'email'] as const

export type SandboxOptions = { readonly heap?: Heap; readonly faults?: Faults }

/**
 * The sandbox as a Fastify plugin: `app.register(sandboxPlugin, { prefix: '/sandbox' })`. Its body parsers stay inside
 * the plugin. Without a heap or faults in the options it makes its own.
 */
export async function sandboxPlugin(app: FastifyInstance, options: SandboxOptions): Promise<void> {
  const { heap = makeHeap(), faults = makeFaults() } = options
  readBodies(app)
  serveApi(app, heap, faults)
  servePage(app, heap)
  serveFaults(app, faults)
  serveSettings(app, heap)
}

export type Sandbox = {
  /** Without a slash at its end: the API is at `${url}/api/track`, the page at `${url}/`. */
  readonly url: string
  readonly heap: Heap
  readonly faults: Faults
  /** Ends every connection, also one that waits for a late answer. */
  readonly close: () => Promise<void>
}

/**
 * A sandbox in this process, on a port of its own: for tests and benchmarks, which may then look into `heap`. Takes a
 * heap, or the options of one: `startSandbox({ limits: 'refuse' })`.
 */
export async function startSandbox({
  host = '127.0.0.1',
  port = 0,
  faults = makeFaults(),
  heap: given,
  ...heapOptions
}: SandboxOptions & HeapOptions & { readonly host?: string; readonly port?: number } = {}): Promise<Sandbox> {
  const heap = given ?? makeHeap(heapOptions)
  const app = Fastify({ forceCloseConnections: true })
  await app.register(sandboxPlugin, { heap, faults })
  const url = await app.listen({ host, port })
  return { url, heap, faults, close: () => app.close() }
}

/** A body that is not JSON becomes undefined and goes on: what to answer then is for Heap to say. */
function readBodies(app: FastifyInstance): void {
  const options = { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX } as const
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', options, (_request, body, done) => {
    done(null, parseJson(body))
  })
  app.addContentTypeParser('*', options, (_request, _body, done) => done(null, undefined))
}

function serveApi(app: FastifyInstance, heap: Heap, faults: Faults): void {
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())

  app.all<{ Params: { '*': string } }>('/api/*', async (request, reply) => {
    const { method, body, headers } = request
    const path = `/api/${request.params['*']}`
    const verdict = faults.decide({ path, body })
    const answer =
      verdict.action === 'answer' ? faultAnswer(verdict, reply) : heap.handle({ method, path, body, headers })
    // A wait that is cut short by closing ends like one that ran out: the answer goes nowhere by then.
    if (verdict.latency_ms > 0)
      await wait(verdict.latency_ms, undefined, { signal: closing.signal }).catch(() => undefined)
    if (verdict.action === 'lose') return hangUp(request, reply)
    if (answer.allow !== undefined) reply.header('allow', answer.allow)
    return reply
      .code(answer.status)
      .type(typeof answer.json === 'string' ? 'text/plain' : 'application/json')
      .send(answer.json)
  })
}

function faultAnswer(verdict: Extract<Verdict, { action: 'answer' }>, reply: FastifyReply): HeapAnswer {
  if (verdict.retryAfter_s !== undefined) reply.header('retry-after', verdict.retryAfter_s)
  return { status: verdict.status, json: { error: verdict.error } }
}

function hangUp(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}

function servePage(app: FastifyInstance, heap: Heap): void {
  app.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_CSP).send(PAGE_HTML),
  )
  app.get<{ Querystring: Record<string, unknown> }>('/state', async (request, reply) => {
    const query = readStateQuery(request.query)
    if (query === undefined)
      return reply
        .code(400)
        .send({ error: 'limit must be a whole number, 1 or more; order newest, arrival or timestamp' })
    return reply.header('cache-control', 'no-store').send(heap.state(query))
  })
  app.post('/reset', async (_request, reply) => {
    heap.reset()
    return reply.code(204).send()
  })
}

/** `?limit=20`, `?all=1`, `?order=arrival`, `?identity=ada`. Undefined when one of them makes no sense. */
function readStateQuery(query: Record<string, unknown>): StateQuery | undefined {
  const { limit, all, order = 'newest' } = query
  if (order !== 'newest' && order !== 'arrival' && order !== 'timestamp') return undefined
  const count = all === '1' ? Number.POSITIVE_INFINITY : Number(limit ?? STATE_LIMIT_DEFAULT)
  if (count !== Number.POSITIVE_INFINITY && !(Number.isInteger(count) && count >= 1)) return undefined
  const keys = PERSON_KEYS.flatMap((key) => (typeof query[key] === 'string' ? [[key, query[key]]] : []))
  return { order, limit: count, ...(keys.length > 0 && { person: Object.fromEntries(keys) }) }
}

function serveFaults(app: FastifyInstance, faults: Faults): void {
  const show = () => ({
    rules: faults.rules().map(({ rule }) => rule),
    applied: faults.rules().map(({ applied }) => applied),
  })
  app.get('/faults', async (_request, reply) => reply.header('cache-control', 'no-store').send(show()))
  app.put('/faults', async (request, reply) => {
    const rules = isObject(request.body) ? request.body['rules'] : undefined
    const problem = faultRulesProblem(rules)
    if (problem !== undefined) return reply.code(400).send({ error: problem })
    faults.replace(rules as FaultRule[])
    return show()
  })
  app.delete('/faults', async () => {
    faults.clear()
    return show()
  })
}

function serveSettings(app: FastifyInstance, heap: Heap): void {
  app.get('/settings', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(heap.settings()),
  )
  app.put('/settings', async (request, reply) => {
    const problem = settingsProblem(request.body)
    if (problem !== undefined) return reply.code(400).send({ error: problem })
    heap.configure(request.body as Partial<Settings>)
    return heap.settings()
  })
}

/** Plain JSON.parse, so that a property may be called `__proto__`: nothing here copies one by assignment. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
