import assert from 'node:assert/strict'
import type { ReplaySelection } from '../ledger/replays.ts'
import type { postOffice } from './post.fixtures.ts'

export type Office = ReturnType<typeof postOffice>
export const page = { count_max: 10_000 }
export const allDead = (id_max = 1_000_000): ReplaySelection => ({
  kind: 'dead letters',
  filter: { instanceId: 'post' },
  id_max,
})
export const DEAD = { selection: allDead(), place: { id: 0 } }

/** Letters that the receiver refuses, until it is mended. */
export async function refused(office: Office, letters: readonly string[]): Promise<void> {
  let isMended = false
  office.answers(({ letters: sent }) =>
    isMended || !sent.some((letter) => letters.includes(letter)) ? undefined : { status: 400, body: 'no' },
  )
  await office.write(letters)
  await office.start()
  await office.pass(30_000)
  isMended = true
  office.calls.length = 0
}

export async function replayOf(office: Office, id: number) {
  const { state, looked, sent, refused, skipped } = (await office.ledger.replay(id)) ?? assert.fail()
  return { state, looked, sent, refused, skipped }
}

export function assertBalanced(counts: Record<string, number>): void {
  const { deliveries, delivered, unchanged, dead, parked, forgotten, givenUp } = {
    ...{ deliveries: 0, delivered: 0, unchanged: 0, dead: 0, parked: 0, forgotten: 0, givenUp: 0 },
    ...counts,
  }
  assert.equal(
    deliveries,
    delivered + unchanged + dead + parked + forgotten + givenUp,
    JSON.stringify(counts),
  )
}
