import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as waitFor } from 'node:timers/promises'
import { type Level, pino } from 'pino'
import type { Configuration } from '../../core/configuration.ts'
import { startApp } from '../../server/app.ts'
import { type OptionName, readServerConfig } from '../../server/config.ts'

const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 25
export const WRITE_KEY = 'web-key'

export type Received = {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Somebody who takes requests by HTTP, and answers as the test says: `undefined` is 200. */
export async function receiver(
  answer: (received: Received, number: number) => number | undefined = () => 200,
) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const one = { url: request.url ?? '', headers: request.headers, body }
    received.push(one)
    response.writeHead(answer(one, received.length) ?? 200).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** A whole server, without login, with a source and a webhook that goes to a receiver. `lines`: what it logs. */
export async function startObserved(
  target: string,
  options: Partial<Record<OptionName, string>> = {},
  level: Level = 'info',
) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-observed-'))
  const config = readServerConfig(
    { data: folder, port: '0', 'admin-port': '0', login: 'off', 'allow-private': 'loopback', ...options },
    {},
  )
  const lines: Record<string, unknown>[] = []
  const logger = pino({ level }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const app = await startApp({ config, version: '1.2.3', logger, configuration: toWebhook(target) })
  return {
    ...{ lines, url: app.url, adminUrl: app.adminUrl },
    /** Sends calls as one batch. */
    async send(batch: readonly object[], headers: Readonly<Record<string, string>> = {}): Promise<number> {
      const authorization = `Basic ${btoa(`${WRITE_KEY}:`)}`
      const body = JSON.stringify({ batch })
      const answer = await fetch(`${app.url}/v1/batch`, {
        method: 'POST',
        headers: { authorization, ...headers },
        body,
      })
      return answer.status
    },
    async metrics(accept = 'text/plain'): Promise<string> {
      return (await fetch(`${app.adminUrl}/metrics`, { headers: { accept } })).text()
    },
    async stop(): Promise<void> {
      await app.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

function toWebhook(url: string): Configuration {
  return {
    sources: [{ id: 'web', name: 'Web', kind: 'node', writeKey: WRITE_KEY }],
    instances: [
      {
        ...{ id: 'hook', kind: 'webhook', name: 'Hook', enabled: true, sources: ['web'] },
        settings: { url },
        subscriptions: [
          {
            ...{ id: 'all', action: 'sendEvent', name: 'All', enabled: true, trigger: 'type = "track"' },
            mapping: { body: { '@path': '$' } },
          },
        ],
      },
    ],
  }
}

/** Looks until something is so. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
): Promise<Value> {
  const end_ms = performance.now() + PATIENCE_MS
  while (performance.now() < end_ms) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await waitFor(LOOK_EVERY_MS)
  }
  throw new Error(`It was not so within ${PATIENCE_MS} ms: ${what}`)
}
