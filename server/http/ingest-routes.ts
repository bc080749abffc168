import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CallType } from '../../core/event.ts'
import type { IngestRequest, Reply } from '../ingest/ingest.ts'

/** The addresses of the HTTP API, and the short ones that the browser libraries use. */
const CALLS: Readonly<Record<string, CallType | undefined>> = {
  track: 'track',
  t: 'track',
  identify: 'identify',
  i: 'identify',
  page: 'page',
  p: 'page',
  screen: 'screen',
  s: 'screen',
  group: 'group',
  g: 'group',
  alias: 'alias',
  a: 'alias',
  batch: undefined,
  b: undefined,
}
const SUCCESS = '{"success":true}'

/** `POST /v1/track` and its thirteen relatives. */
export function ingestRoutes(
  server: FastifyInstance,
  post: (request: IngestRequest) => Promise<Reply>,
): void {
  // Fastify refuses a Content-Type that it cannot read; here nobody looks at it.
  const onRequest = async ({ headers }: FastifyRequest): Promise<void> => {
    headers['content-type'] = undefined
  }
  for (const [name, type] of Object.entries(CALLS)) {
    server.post(`/v1/${name}`, { onRequest }, async (request, reply) => {
      const { status, json } = await post(ingestRequest(request, type))
      return reply
        .code(status)
        .header('content-type', 'application/json; charset=utf-8')
        .send(status === 200 && !('refused' in json) ? SUCCESS : JSON.stringify(json))
    })
  }
}

function ingestRequest({ headers, body }: FastifyRequest, type: CallType | undefined): IngestRequest {
  return {
    type,
    authorization: headers.authorization,
    contentEncoding: headers['content-encoding'],
    isStrict: headers['x-strict-mode'] === '1',
    body: body instanceof Uint8Array ? body : new Uint8Array(),
  }
}
