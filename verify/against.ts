import { randomUUID } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import { bearer, equationLine, number, type Sums, sumsWithin, totals, unbalanced } from './equation.ts'

/** A source that is made for this: its id or its name says so. */
const MARK = /verify/i
const PEOPLE = 10
/** Every so many events one is sent again under its messageId: it must be taken once. */
const AGAIN_EVERY = 5

export type AgainstOptions = {
  readonly url: string
  readonly adminUrl: string
  /** An API token, where login is on. */
  readonly token?: string | undefined
  readonly writeKey: string
  readonly events: number
  readonly minutes: number
  readonly say: (line: string) => void
}

type Source = { readonly id: string; readonly name: string; readonly writeKey: string }
type Destination = {
  readonly id: string
  readonly sources: readonly string[]
  readonly enabled: boolean
  readonly state: string
}

/**
 * The harmless part, on a server that people use: sends marked events, some of them twice, and follows them through the
 * counts. They go to a destination only where somebody has connected the source, and only when the source is marked.
 *
 * @returns What is wrong.
 */
export async function verifyAgainst(options: AgainstOptions): Promise<readonly string[]> {
  const { adminUrl, token, writeKey, say } = options
  const { sources } = await admin<{ sources: readonly Source[] }>(adminUrl, 'sources', token)
  const source = sources.find((one) => one.writeKey === writeKey)
  if (source === undefined) return [`No source of ${adminUrl} has this write key.`]
  const { destinations } = await admin<{ destinations: readonly Destination[] }>(
    adminUrl,
    'destinations',
    token,
  )
  const connected = destinations.filter(({ sources: from, enabled }) => enabled && from.includes(source.id))
  const names = connected.map(({ id }) => id).join(', ')
  if (connected.length > 0 && !MARK.test(`${source.id} ${source.name}`)) {
    return [
      `The source "${source.id}" sends to ${names}, and people may count on what is there. ` +
        'Nothing was sent. Make a source whose name holds "verify", and connect it only where its events may go.',
    ]
  }
  say(
    connected.length === 0
      ? `The source "${source.id}" is connected to no destination: its events go nowhere.`
      : `The source "${source.id}" is connected to ${names}: its events go there.`,
  )
  return follow(options, source, connected)
}

async function follow(
  { url, adminUrl, token, writeKey, events, minutes, say }: AgainstOptions,
  source: Source,
  connected: readonly Destination[],
): Promise<readonly string[]> {
  const within_ms = minutes * 60_000
  // What pages only have to do with has no counts here.
  const followed = connected.filter(({ state }) => state !== 'in pages')
  const before = await Promise.all(followed.map(({ id }) => totals(adminUrl, 'destinations', id, token)))
  const taken = await totals(adminUrl, 'sources', source.id, token)
  const again = Math.floor(events / AGAIN_EVERY)
  await send({ url, writeKey, events, again })
  say(`${number(events)} events were answered 200, ${number(again)} of them twice.`)

  const sourceNow = () => totals(adminUrl, 'sources', source.id, token)
  const isTaken = (now: Sums) =>
    now.accepted - taken.accepted >= events && now.duplicate - taken.duplicate >= again
  const problems: string[] = []
  const now = await sumsWithin(within_ms, sourceNow, isTaken)
  say(
    `The server has taken ${number(now.accepted - taken.accepted)} and left out ${number(now.duplicate - taken.duplicate)} repeats.`,
  )
  if (!isTaken(now))
    problems.push(`${source.id}: not everything that was answered 200 is counted as accepted`)
  for (const [index, { id, state }] of followed.entries()) {
    const start = before[index] as Sums
    const sums = await sumsWithin(
      state === 'flowing' ? within_ms : 0,
      () => totals(adminUrl, 'destinations', id, token),
      ({ read }) => read - start.read >= events,
    )
    const change = difference(sums, start)
    say(equationLine(id, { ...change, accepted: Math.max(events, change.read) }))
    if (state !== 'flowing') say(`${id} is ${state}: it was not waited for.`)
    else if (change.read < events)
      problems.push(`${id}: read ${change.read} of ${events} events in ${minutes} min`)
    problems.push(...unbalanced(id, sums))
  }
  return problems
}

/** In batches of ten, one after the other, as ten people would. */
async function send({
  url,
  writeKey,
  events,
  again,
}: Pick<AgainstOptions, 'url' | 'writeKey' | 'events'> & { readonly again: number }): Promise<void> {
  const run = `verify-${randomUUID()}`
  const calls = Array.from({ length: events }, (_, n) => ({
    type: 'track',
    event: 'Millrace Verify',
    messageId: `${run}-${n}`,
    anonymousId: `${run}-${n % PEOPLE}`,
    properties: { run, number: n },
  }))
  const all = [...calls, ...calls.slice(0, again)]
  for (let at = 0; at < all.length; at += PEOPLE) {
    const body = JSON.stringify({ writeKey, batch: all.slice(at, at + PEOPLE) })
    const answer = await fetch(`${url}/v1/batch`, { method: 'POST', body })
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
    await answer.arrayBuffer()
  }
}

function difference(now: Sums, before: Sums): Sums {
  return Object.fromEntries(
    Object.entries(now).map(([name, count]) => [name, count - before[name as keyof Sums]]),
  ) as Sums
}

async function admin<T>(adminUrl: string, path: string, token: string | undefined): Promise<T> {
  const answer = await fetch(`${adminUrl}/admin/v1/${path}`, { headers: bearer(token) })
  if (answer.status === 401)
    throw new AppError('LOGIN_NEEDED', { 'what to do': 'give an API token with --token' })
  if (answer.status !== 200) throw new Error(`${adminUrl} answered ${answer.status} for ${path}`)
  return (await answer.json()) as T
}
