// The whole path by hand: what every server on these engines has to do, with nothing configured, explained or shown, nothing tried again, one
// destination and one thread. Batches of calls over HTTP → SQLite's commit → 200 → bulk requests → what was sent, and keys to find it by, in
// SQLite. node by-hand-server.ts FILE [HEAP_URL]: prints its address.
import { createServer, type ServerResponse } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { Pool } from 'undici'
import { flat, type Loose } from './plain.ts'

const BULK_MAX = 1_000
const [file = '', heapUrl] = process.argv.slice(2)
const db = new DatabaseSync(file)
db.exec(`
  pragma page_size = 8192;
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table log (number integer primary key, text text not null);
  create table sent (number integer primary key, keys blob not null);
`)
const append = db.prepare('insert into log (text) values (?)')
const record = db.prepare('insert into sent (keys) values (?)')
const heap = heapUrl === undefined ? undefined : new Pool(heapUrl, { connections: 8 })

let waiting: { readonly calls: readonly Loose[]; readonly response: ServerResponse }[] = []
let toSend: Loose[] = []
let isSending = false

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    if (request.url === '/readyz') {
      response.end(JSON.stringify({ lag_ms: { heap: toSend.length + (isSending ? 1 : 0) } }))
      return
    }
    const body = JSON.parse(Buffer.concat(parts).toString()) as Loose
    const calls = (body['batch'] ?? [body]) as Loose[]
    if (waiting.length === 0) setImmediate(commit)
    waiting.push({ calls: calls.filter((call) => typeof call['messageId'] === 'string'), response })
  })
})

function commit(): void {
  const group = waiting
  waiting = []
  db.exec('begin immediate')
  for (const { calls } of group) append.run(JSON.stringify(calls))
  db.exec('commit')
  for (const { calls, response } of group) {
    response.setHeader('content-type', 'application/json')
    response.end('{"success":true}')
    if (heap !== undefined) for (const call of calls) toSend.push(call)
  }
  if (!isSending && toSend.length > 0) void sendAll()
}

async function sendAll(): Promise<void> {
  isSending = true
  while (toSend.length > 0) {
    const calls = toSend.slice(0, BULK_MAX)
    toSend = toSend.slice(BULK_MAX)
    const events = calls.filter(({ type }) => type === 'track')
    const users = calls.filter(({ type }) => type === 'identify')
    await Promise.all([
      post('/api/track', { app_id: '11', events: events.map(eventOf) }),
      post('/api/add_user_properties', { app_id: '11', users: users.map(userOf) }),
    ])
    const keys = Uint32Array.from(
      calls.flatMap(({ messageId, userId }) => [crc32(String(messageId)), crc32(String(userId))]),
    )
    record.run(new Uint8Array(keys.buffer))
  }
  isSending = false
}

async function post(path: string, body: object): Promise<void> {
  const answer = await (heap as Pool).request({
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}: ${text}`)
}

function eventOf(call: Loose) {
  return {
    identity: call['userId'],
    event: call['event'],
    timestamp: new Date(call['timestamp'] as string).toISOString(),
    properties: flat((call['properties'] ?? {}) as Loose, '', {}),
    idempotency_key: call['messageId'],
  }
}

function userOf(call: Loose) {
  return { identity: call['userId'], properties: flat((call['traits'] ?? {}) as Loose, '', {}) }
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(`http://127.0.0.1:${address.port}`)
})
process.once('SIGTERM', () => process.exit(0))
