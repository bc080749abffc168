import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Seen = { readonly method: string; readonly path: string; readonly status: number }
/** What becomes of a request instead of being passed on. */
export type Refusal = 'not found' | 'broken' | 'never'

/** A proxy in front of the server: what pages ask for is seen, and can be refused. */
export async function startFront(target: string) {
  const seen: Seen[] = []
  const refused: (readonly [pattern: RegExp, how: Refusal])[] = []
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming
    const refusal = refused.find(([pattern]) => pattern.test(url))?.[1]
    outgoing.once('finish', () => seen.push({ method, path: url, status: outgoing.statusCode }))
    if (refusal === undefined) passOn(incoming, outgoing, target)
    else if (refusal === 'broken') outgoing.destroy()
    else if (refusal === 'not found') outgoing.writeHead(404).end()
  })
  const url = await listening(server)
  return {
    url,
    /** What was answered, in order. */
    seen: (pattern: RegExp, method?: string) =>
      seen.filter((one) => pattern.test(one.path) && (method ?? one.method) === one.method),
    refuse: (pattern: RegExp, how: Refusal) => refused.push([pattern, how]),
    allowAll: () => refused.splice(0),
    close: () => closed(server),
  }
}
export type Front = Awaited<ReturnType<typeof startFront>>

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, target: string): void {
  const { method, headers, url } = incoming
  const onward = request(`${target}${url}`, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.once('error', () => outgoing.destroy())
  incoming.pipe(onward)
}

/** A site: pages by their path, with the headers they need. */
export async function startSite() {
  const pages = new Map<string, { readonly html: string; readonly headers: Record<string, string> }>()
  const server = createServer(({ url = '' }, response) => {
    const page = pages.get(url)
    if (page === undefined) response.writeHead(404).end()
    else
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.html)
  })
  const url = await listening(server)
  return {
    /** Puts a page at a path of its own, and says its address. */
    page(head: string, headers: Record<string, string> = {}): string {
      const path = `/${pages.size}`
      pages.set(path, {
        html: `<!doctype html><html><head>${head}</head><body><p>Hello</p></body></html>`,
        headers,
      })
      return url + path
    },
    close: () => closed(server),
  }
}
export type Site = Awaited<ReturnType<typeof startSite>>

/** A destination of kind webhook: the events as they came out of the log, by the source that they came from. */
export async function startReceiver() {
  const events: { readonly source: string; readonly event: ReceivedEvent }[] = []
  const server = createServer(async (incoming, response) => {
    let body = ''
    for await (const part of incoming) body += part
    events.push({ source: (incoming.url ?? '').slice(1), event: JSON.parse(body) as ReceivedEvent })
    response.end()
  })
  const url = await listening(server)
  return {
    url,
    of: (source: string) => events.filter((one) => one.source === source).map(({ event }) => event),
    close: () => closed(server),
  }
}
export type ReceivedEvent = Record<string, unknown> & {
  readonly type: string
  readonly event?: string
  readonly anonymousId?: string
  readonly context: Record<string, unknown>
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
