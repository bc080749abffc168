import { connect } from '@nats-io/transport-node'
import { type JetstreamLogOptions, jetstreamLog } from '../../server/log/jetstream.ts'
import type { LogHarness } from '../../server/log/log.conformance.ts'
import { NATS_LOGIN, NATS_SYSTEM_LOGIN, type NatsServers } from './nats.ts'

/** Other things run on the machine too. */
const ANSWER_WITHIN_MS = 20_000

let made = 0
export const newStream = () => `log${++made}`

export function logOptions(nats: NatsServers, stream: string, replicas: number): JetstreamLogOptions {
  return { servers: nats.urls, login: NATS_LOGIN, systemLogin: NATS_SYSTEM_LOGIN, stream, replicas }
}

/** A log for each test, in a stream of its own on servers that all tests share. */
export function jetstreamHarness(servers: () => Promise<NatsServers>, replicas: number): LogHarness {
  const stream = newStream()
  return {
    durable: true,
    open: async (options) => jetstreamLog({ ...logOptions(await servers(), stream, replicas), ...options }),
    cleanUp: async () => removeStreams(await servers(), stream),
  }
}

export async function removeStreams(nats: NatsServers, stream: string): Promise<void> {
  const nc = await connect({ servers: nats.urls, ...NATS_LOGIN })
  for (const name of [stream, `${stream}_beside`, `${stream}_prints`])
    await nc.request(`$JS.API.STREAM.DELETE.${name}`, '', { timeout: ANSWER_WITHIN_MS })
  await nc.close()
}
