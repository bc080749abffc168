import { setTimeout as wait } from 'node:timers/promises'
import { connect } from '@nats-io/transport-node'
import type { Role } from '../../../server/roles.ts'
import type { Random } from '../../../verify/random.ts'
import { NATS_LOGIN } from '../nats.ts'
import type { Cluster, Member } from '../processes.ts'

/** A process that stands so long is taken for dead by the others, and then wakes. */
const FROZEN_MS = 10_000
const STREAM = 'millrace'
const TRIES_MAX = 50
const AGAIN_MS = 200

export type Fault = {
  readonly what: string
  /** Resolves when everything is there again. `tell`: what has been done of it. */
  readonly happen: (cluster: Cluster, random: Random, tell: (step: string) => void) => Promise<void>
}

const killOf = (role: Role): Fault => ({
  what: `kill -9 of ${role}`,
  async happen(cluster, random) {
    const victim = oneOf(cluster.of(role), random)
    await victim.end('SIGKILL')
    await victim.start()
  },
})
const STREAM_LEADER: Fault = {
  what: 'kill -9 of the stream leader',
  async happen({ nats }) {
    const leader = await leaderOf(nats.urls)
    const server = nats.servers.find(({ name }) => name === leader)
    if (server === undefined) throw new Error(`no server is called ${leader}`)
    await server.kill()
    server.start()
    await server.ready()
  },
}
const POSTGRES: Fault = {
  what: 'kill -9 of PostgreSQL',
  async happen({ postgres }) {
    await postgres.kill()
    for (let tries = 0; ; tries++) {
      try {
        return await postgres.restart()
      } catch (error) {
        // Its children need a moment to see that it is gone.
        if (tries >= TRIES_MAX) throw error
        await wait(AGAIN_MS)
      }
    }
  },
}
const FROZEN: Fault = {
  what: `SIGSTOP of delivery for ${FROZEN_MS / 1_000} s`,
  async happen(cluster, random) {
    const victim = oneOf(cluster.of('delivery'), random)
    victim.signal('SIGSTOP')
    await wait(FROZEN_MS)
    victim.signal('SIGCONT')
  },
}
const ROLLING: Fault = {
  what: 'rolling restart of everything',
  async happen({ members, nats, postgres }, _random, tell) {
    // One after the other: they share the machine, and a deployment does not begin several on two processors at once.
    for (const member of members) {
      await member.end('SIGTERM')
      tell(`${member.role} ended`)
      await member.start()
      tell(`${member.role} is back`)
    }
    for (const server of nats.servers) {
      await server.end()
      tell(`NATS server ${server.name} ended`)
      server.start()
      await server.ready()
      tell(`NATS server ${server.name} is back`)
    }
    await postgres.restart()
    tell('PostgreSQL is back')
  },
}

/** What the continuous integration has time for. */
export const SHORT_FAULTS: readonly Fault[] = [
  killOf('delivery'),
  killOf('ingest'),
  STREAM_LEADER,
  POSTGRES,
  FROZEN,
]
export const EVERY_FAULT: readonly Fault[] = [...SHORT_FAULTS, killOf('indexer'), killOf('admin'), ROLLING]

function oneOf(members: readonly Member[], random: Random): Member {
  const member = members[random.whole(0, members.length - 1)]
  if (member === undefined) throw new Error('no process has this role')
  return member
}

/** Asked until the servers have chosen one. */
async function leaderOf(servers: readonly string[]): Promise<string> {
  const nc = await connect({ servers: [...servers], ...NATS_LOGIN, maxReconnectAttempts: -1 })
  try {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const answer = await nc.request(`$JS.API.STREAM.INFO.${STREAM}`).catch(() => undefined)
      const leader = answer?.json<{ cluster?: { leader?: string } }>().cluster?.leader
      if (leader !== undefined) return leader
      await wait(AGAIN_MS)
    }
    throw new Error('the stream has no leader')
  } finally {
    await nc.close()
  }
}
