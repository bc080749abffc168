// Three receivers that are sick in different ways, as a process of their own, so that their work is not in the way of
// what is measured: tells their addresses on a line, as JSON, and ends with its standard input.
import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const SLOW_MS = 5_000
const PART = Buffer.alloc(65_536, 'x')

/** Takes requests and never answers. */
const dead: RequestListener = (request) => {
  request.resume()
}

const slow: RequestListener = (request, response) => {
  request.resume()
  setTimeout(() => response.end('{}'), SLOW_MS)
}

/** Answers at once, and never comes to an end. */
const endless: RequestListener = (request, response) => {
  request.resume()
  response.writeHead(200)
  pour(response)
}

function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write(PART));
  if (!response.destroyed) response.once('drain', () => pour(response))
}

async function start(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

console.log(
  JSON.stringify({ dead: await start(dead), slow: await start(slow), endless: await start(endless) }),
)
process.stdin.resume()
process.stdin.once('end', () => process.exit(0))
