// npm run smoke [-- --url http://127.0.0.1:4000 --admin http://127.0.0.1:4001 --key dev-http-key]: sends one event to a
// running server and follows it until a destination has taken it.
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const DELIVERED_WITHIN_MS = 15_000

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:4000' },
    admin: { type: 'string', default: 'http://127.0.0.1:4001' },
    key: { type: 'string', default: 'dev-http-key' },
  },
})

type Sent = {
  readonly kind: string
  readonly address: string
  readonly event?: { readonly messageId: string }
}
type Tried = {
  readonly outcome: string
  readonly url: string
  readonly duration_ms: number
}
type Fate = { readonly attempts: readonly Tried[] }

process.exitCode = await smoke().catch((error: Error) => {
  console.error(
    error.cause === undefined ? error.message : `${error.message}: ${(error.cause as Error).message}`,
  )
  console.error(`Is a server running at ${values.url}? "npm start" starts one.`)
  return 1
})

async function smoke(): Promise<number> {
  const messageId = `smoke-${randomUUID()}`
  const body = { writeKey: values.key, messageId, userId: 'smoke-test', event: 'Smoke Test' }
  const answer = await fetch(`${values.url}/v1/track`, { method: 'POST', body: JSON.stringify(body) })
  console.log(`sent      ${messageId}: ${answer.status} ${await answer.text()}`)
  if (answer.status !== 200) return 1

  const accepted = await find('accepted', async () => {
    const { events } = await admin<{ events: readonly Sent[] }>('events?limit=500')
    return events.find(({ event }) => event?.messageId === messageId)
  })
  if (accepted === undefined) return 1
  console.log(`accepted  at ${accepted.address} in the log`)

  const delivered = await find('delivered', async () => {
    const at = accepted.address.replaceAll('/', '-')
    const { destinations } = await admin<{ destinations: readonly Fate[] }>(`events/${at}`)
    return destinations.flatMap(({ attempts }) => attempts).find(({ outcome }) => outcome === 'delivered')
  })
  if (delivered === undefined) return 1
  console.log(`delivered to ${delivered.url} in ${delivered.duration_ms} ms`)
  return 0
}

async function find<T>(what: string, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const until = Date.now() + DELIVERED_WITHIN_MS
  while (Date.now() < until) {
    const found = await look()
    if (found !== undefined) return found
    await wait(50)
  }
  console.error(`not ${what} within ${DELIVERED_WITHIN_MS / 1_000} s; see ${values.admin}/admin/v1/attempts`)
  return undefined
}

async function admin<T>(path: string): Promise<T> {
  const answer = await fetch(`${values.admin}/admin/v1/${path}`)
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return (await answer.json()) as T
}
