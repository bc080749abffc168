import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node'
import { unavailable } from './jetstream-ask.ts'
import type { ServerFacts, StreamFacts } from './jetstream-needs.ts'

const CONNECT_WITHIN_MS = 5_000
const RECONNECT_EVERY_MS = 250
/** Two of these without an answer, and the connection is given up for another server. */
const PING_EVERY_MS = 5_000
/** Servers that do not answer within this are not there. */
const SERVERS_ANSWER_WITHIN_MS = 500
const NS_PER_MS = 1_000_000

export type NatsLogin = Pick<ConnectionOptions, 'user' | 'pass' | 'token' | 'tls' | 'authenticator'>

/** A connection that finds its way back to whichever server is there. */
export function connectNats(servers: readonly string[], login: NatsLogin): Promise<NatsConnection> {
  return unavailable(
    connect({
      ...login,
      servers: [...servers],
      timeout: CONNECT_WITHIN_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_EVERY_MS,
      pingInterval: PING_EVERY_MS,
      name: 'millrace',
    }),
  )
}

/** Calls back when the connection is there again after it was lost. */
export async function onReconnect(nc: NatsConnection, callback: () => void): Promise<void> {
  for await (const status of nc.status()) if (status.type === 'reconnect') callback()
}

/** How every server is set up that answers a user of the system account. */
export async function serverFacts(
  servers: readonly string[],
  login: NatsLogin,
): Promise<readonly ServerFacts[]> {
  const nc = await connectNats(servers, login)
  try {
    const answers = await nc.requestMany('$SYS.REQ.SERVER.PING.VARZ', '{}', {
      strategy: 'timer',
      maxWait: SERVERS_ANSWER_WITHIN_MS,
    })
    const found: ServerFacts[] = []
    for await (const answer of answers) {
      const { server, data } = answer.json<Varz>()
      const config = data?.jetstream?.config
      if (server === undefined || config === undefined || config === null) continue
      found.push({ name: server.name, version: server.ver, isSyncedAlways: config.sync_always === true })
    }
    return found
  } finally {
    await nc.close()
  }
}
type Varz = {
  readonly server?: { readonly name: string; readonly ver: string }
  readonly data?: { readonly jetstream?: { readonly config?: { readonly sync_always?: boolean } | null } }
}

/** As the servers have a stream's configuration. */
export type StreamConfig = {
  readonly name: string
  readonly num_replicas: number
  readonly storage: string
  readonly retention: string
  readonly max_age: number
  readonly max_bytes: number
  readonly max_msgs: number
  readonly max_msg_size?: number
  readonly discard: string
  readonly allow_atomic?: boolean
  readonly allow_direct?: boolean
  readonly deny_delete?: boolean
  readonly deny_purge?: boolean
  readonly metadata?: Readonly<Record<string, string>>
}

export function streamFacts(config: StreamConfig): StreamFacts {
  const lanes = config.metadata?.['millrace_lanes']
  return {
    name: config.name,
    replicas: config.num_replicas,
    storage: config.storage,
    retention: config.retention,
    age_ms_max: config.max_age / NS_PER_MS,
    bytes_max: config.max_bytes,
    messages_max: config.max_msgs,
    message_bytes_max: config.max_msg_size ?? -1,
    discard: config.discard,
    isAtomic: config.allow_atomic === true,
    isDirect: config.allow_direct === true,
    canDelete: config.deny_delete !== true && config.deny_purge !== true,
    lanes: lanes === undefined ? undefined : Number(lanes),
  }
}
