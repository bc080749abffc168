import { setTimeout as wait } from 'node:timers/promises'
import type { StreamWire } from './jetstream-wire.ts'

/** How long a change of leader may take. It is some 300 ms on one machine. */
const CHANGE_WITHIN_MS = 15_000
const LOOK_EVERY_MS = 50

type Cluster = { readonly leader?: string; readonly replicas?: readonly { readonly name: string }[] }

/**
 * The servers agree by a log of their own, in which every message stands a second time until it is cut. A leader cuts it when it
 * steps down, so each server of the stream leads once. Appends wait for the changes. A stream on one server has no such log.
 *
 * @returns Whether every server had its turn.
 */
export async function emptyRaftLog({ api, stream }: StreamWire): Promise<boolean> {
  const cluster = async () =>
    (await api<{ cluster?: Cluster }>(`STREAM.INFO.${stream}`, {})).cluster ?? ({} as Cluster)
  const { leader, replicas = [] } = await cluster()
  if (leader === undefined || replicas.length === 0) return true
  for (const next of [...replicas.map(({ name }) => name), leader]) {
    const before = (await cluster()).leader
    if (before === next) continue
    const { error } = await api(`STREAM.LEADER.STEPDOWN.${stream}`, { placement: { preferred: next } })
    if (error !== undefined) return false
    if (!(await becomesTrue(async () => (await cluster()).leader === next))) return false
  }
  return true
}

async function becomesTrue(look: () => Promise<boolean>): Promise<boolean> {
  for (let left_ms = CHANGE_WITHIN_MS; left_ms > 0; left_ms -= LOOK_EVERY_MS) {
    // While nobody leads, nobody answers.
    if (await look().catch(() => false)) return true
    await wait(LOOK_EVERY_MS)
  }
  return false
}
