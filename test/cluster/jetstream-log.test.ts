import { after, test } from 'node:test'
import { eventLogConformance } from '../../server/log/log.conformance.ts'
import { jetstreamHarness } from './jetstream-log.fixtures.ts'
import { type NatsServers, startNats } from './nats.ts'
import { findNats, NO_NATS } from './nats-binary.ts'

const binary = findNats()

for (const servers of [1, 3]) {
  const name = `The log on ${servers} NATS server${servers > 1 ? 's' : ''}`
  if (binary === undefined) {
    test(`${name} is an event log`, { skip: NO_NATS }, () => {})
    continue
  }
  let started: Promise<NatsServers> | undefined
  const start = () => {
    started ??= startNats(binary, { servers })
    return started
  }
  after(async () => (await started)?.stop())
  eventLogConformance(name, () => jetstreamHarness(start, servers))
}
