import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
/** Where the browser libraries send figures about themselves, when settings that are not ours ask for them. */
const METRICS = 'm'
const SUCCESS = '{"success":true}'
const JSON_TYPE = 'application/json; charset=utf-8'
const PLAIN_TEXT = /^\s*text\/plain\s*(;|$)/i

/** The addresses below a folder that take events. */
export function ingestAddresses(folder: string): readonly string[] {
  return Object.keys(CALLS).map((name) => `${folder}/${name}`)
}

/** `POST /v1/track` and its thirteen relatives, below each of the folders. */
export function ingestRoutes(
  server: FastifyInstance,
  post: (request: IngestRequest) => Promise<Reply>,
  folders: readonly string[] = ['/v1'],
): void {
  const plainText = new WeakSet<FastifyRequest>()
  // Fastify refuses a Content-Type that it cannot read; here nobody needs it to read the body.
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    const { headers } = request
    if (PLAIN_TEXT.test(headers['content-type'] ?? '')) plainText.add(request)
    headers['content-type'] = undefined
  }
  for (const folder of folders) {
    for (const [name, type] of Object.entries(CALLS)) {
      server.post(`${folder}/${name}`, { onRequest }, (request, reply) => {
        const posted = post(ingestRequest(request, type, plainText.has(request)))
        // Nobody needs it any more, and whoever waits would keep it.
        request.body = undefined
        return answer(posted, reply)
      })
    }
    // Taken and thrown away: they are no events, and an error would be in the page's console.
    server.post(`${folder}/${METRICS}`, { onRequest }, async (_request, reply) =>
      reply.header('content-type', JSON_TYPE).send(SUCCESS),
    )
  }
}

async function answer(posted: Promise<Reply>, reply: FastifyReply): Promise<FastifyReply> {
  const { status, json } = await posted
  return reply
    .code(status)
    .header('content-type', JSON_TYPE)
    .send(status === 200 && !('refused' in json) ? SUCCESS : JSON.stringify(json))
}

function ingestRequest(
  request: FastifyRequest,
  type: CallType | undefined,
  isPlainText: boolean,
): IngestRequest {
  const { headers, body, ip } = request
  return {
    type,
    authorization: headers.authorization,
    contentEncoding: headers['content-encoding'],
    origin: headers.origin,
    isStrict: headers['x-strict-mode'] === '1',
    traceparent: typeof headers['traceparent'] === 'string' ? headers['traceparent'] : undefined,
    body: body instanceof Uint8Array ? body : new Uint8Array(),
    visitor: { address: ip, userAgent: headers['user-agent'], isPlainText },
  }
}
