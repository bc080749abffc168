import { eventLogConformance } from '../../server/log/log.conformance.ts'
import { withNats } from './cluster.fixtures.ts'
import { jetstreamHarness } from './jetstream-log.fixtures.ts'

for (const servers of [1, 3]) {
  withNats(`${servers} NATS server${servers > 1 ? 's' : ''}`, { servers }, (start) => {
    eventLogConformance('The log on JetStream', () => jetstreamHarness(start, servers))
  })
}
