// Three receivers that are sick in different ways, as a process of their own, so that their work is not in the way of
// what is measured: tells their addresses on a line, as JSON.
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

const SLOW_MS = 5_000
/** As fast as a network of 100 Mbit/s: over loopback it would be the machine that is measured. */
const PART = Buffer.alloc(65_536, 'x')
const PART_EVERY_MS = 5

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
  response.write(PART)
  const timer = setInterval(() => response.write(PART), PART_EVERY_MS)
  response.once('close', () => clearInterval(timer))
}

async function start(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

console.log(
  JSON.stringify({ dead: await start(dead), slow: await start(slow), endless: await start(endless) }),
)
