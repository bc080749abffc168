import { request } from 'undici'
import { makeIngest } from '../ingest/ingest.fixtures.ts'
import type { IngestDeps } from '../ingest/ingest.ts'
import { allowEveryOrigin } from './cors.ts'
import { ingestRoutes } from './ingest-routes.ts'
import { httpListener, type ListenerOptions, listen } from './listener.ts'

export const BODY_BYTES_MAX = 10_000

/** A server on a port of its own that takes events as the real one does, into a log in memory. */
export async function startIngest(
  given: Partial<IngestDeps> = {},
  folders: readonly string[] = ['/v1'],
  trustProxy: NonNullable<ListenerOptions['trustProxy']> = false,
) {
  const faults: unknown[] = []
  const server = httpListener({
    body_bytes_max: BODY_BYTES_MAX,
    trustProxy,
    onFault: (error) => faults.push(error),
  })
  const { take, entries } = makeIngest(given)
  allowEveryOrigin(server)
  ingestRoutes(server, take, folders)
  const url = await listen(server, '127.0.0.1', 0)
  return { url, server, entries, faults, close: () => server.close() }
}

type Sent = {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS'
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export async function send(address: string, { method = 'POST', headers = {}, body }: Sent): Promise<Answer> {
  const answer = await request(address, { method, headers, body: body ?? null, reset: true })
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
}

/** The code, the details and whether it looks as every error does. */
export function errorOf({ text }: Answer): { code: string; details: Record<string, unknown> } {
  const { success, error } = JSON.parse(text)
  if (success !== false || typeof error.message !== 'string') throw new Error(`no error of ours: ${text}`)
  return { code: error.code, details: error.details }
}
