import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/**
 * A receiver that tells in its answer whatever it knows: the whole request, and the secrets that it shares with a sender to this
 * path, in every form. The path says how it answers: `/401/…` with that status, `/cut/…` with nothing.
 */
export async function startEcho(knows: (path: string) => readonly string[]) {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const { method, url = '', headers } = request
    const body = await text(request)
    asked.push(url)
    if (url.startsWith('/cut')) {
      response.destroy()
      return
    }
    const { authorization = '' } = headers
    const basic = Buffer.from(authorization.replace(/^\w+ /, ''), 'base64').toString()
    const all = [authorization, basic, ...knows(url)]
    response.statusCode = Number(/^\/(\d{3})/.exec(url)?.[1] ?? 200)
    response.setHeader('x-echo', encodeURIComponent(authorization))
    response.end(
      [
        `${all.map((one) => JSON.stringify({ one })).join(' ')} ${method} ${url}`,
        ...all,
        JSON.stringify(headers),
        ...all.map((one) => Buffer.from(one).toString('base64')),
        ...all.map((one) => Buffer.from(`user:${one}!`).toString('base64')),
        new URLSearchParams(all.map((one) => ['q', one])).toString(),
        ...all.map(encodeURIComponent),
        body,
      ].join('\n'),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The paths that were asked for. */
    asked,
    close: () => server.close(),
  }
}
