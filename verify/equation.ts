import { setTimeout as wait } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/** What is counted of a source and of a destination that gets its events, in events or deliveries. */
export type Sums = Readonly<Record<(typeof NAMES)[number], number>>
const NAMES = [
  ...(['accepted', 'duplicate', 'read', 'discarded', 'filtered', 'matched'] as const),
  ...(['deliveries', 'delivered', 'unchanged', 'dead', 'parked', 'forgotten', 'givenUp'] as const),
]

type Counts = Readonly<Record<string, { readonly total: number }>>
type Counted = { readonly id: string; readonly counts: Counts }

/** What the server's ledger says. */
export async function sumsOf(adminUrl: string, source: string, destination: string): Promise<Sums> {
  const { accepted, duplicate } = await totals(adminUrl, 'sources', source)
  return { ...(await totals(adminUrl, 'destinations', destination)), accepted, duplicate }
}

/** What is counted of one of them alone; 0 for what only the other kind has. */
export async function totals(
  adminUrl: string,
  kind: 'sources' | 'destinations',
  id: string,
  token?: string,
): Promise<Sums> {
  const headers = bearer(token)
  const answer = await fetch(`${adminUrl}/admin/v1/${kind}`, { headers })
  const counted = ((await answer.json()) as Record<typeof kind, readonly Counted[]>)[kind]
  const counts = counted.find((one) => one.id === id)?.counts ?? {}
  return Object.fromEntries(NAMES.map((name) => [name, counts[name]?.total ?? 0])) as Sums
}

/** For a server with login on. */
export function bearer(token: string | undefined): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

/** Asks until the sums are as they should be, or time is up, and says what they are. */
export async function sumsWithin<Seen extends Sums>(
  within_ms: number,
  look: () => Promise<Seen>,
  isRight: (sums: Seen) => boolean,
): Promise<Seen> {
  const until = Date.now() + within_ms
  for (;;) {
    const sums = await look()
    if (isRight(sums) || Date.now() > until) return sums
    await wait(LOOK_EVERY_MS)
  }
}

/** Where the sums differ from what they should be. */
export function wrongSums(destination: string, sums: Sums, expected: Partial<Sums>): string[] {
  return Object.entries(expected).flatMap(([name, count]) => {
    const found = sums[name as keyof Sums]
    return found === count ? [] : [`${destination}: ${name} is ${found}, and should be ${count}`]
  })
}

/** All that was read is somewhere: what holds at every moment, over any crash. */
export function unbalanced(destination: string, sums: Sums): string[] {
  const ended = sums.discarded + sums.filtered + sums.matched
  const deliveries = sums.delivered + sums.unchanged + sums.dead + sums.parked + sums.forgotten + sums.givenUp
  return [
    ...(ended === sums.read ? [] : [`${destination}: of ${sums.read} events read, ${ended} are counted`]),
    ...(deliveries === sums.deliveries
      ? []
      : [`${destination}: of ${sums.deliveries} deliveries, ${deliveries} are counted`]),
  ]
}

/** The equation in one line, for a destination whose every event becomes one delivery. */
export function equationLine(destination: string, sums: Sums): string {
  const parts = [
    ['delivered', sums.delivered + sums.unchanged],
    ['discarded', sums.discarded],
    ['filtered', sums.filtered],
    ['dead', sums.dead],
    ['parked', sums.parked],
    ['pending', sums.accepted - sums.read],
  ] as const
  const sum = parts.map(([name, count]) => `${number(count)} ${name}`).join(' + ')
  return `${destination.padEnd(9)} ${number(sums.accepted)} accepted = ${sum}`
}

export function number(count: number): string {
  return count.toLocaleString('en-US')
}
