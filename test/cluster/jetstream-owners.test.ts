import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { jetstreamOwners } from '../../server/engines/jetstream-owners.ts'
import { connectNats } from '../../server/log/jetstream-connect.ts'
import { laneOwnersConformance } from '../../server/pipeline/lane-owners.conformance.ts'
import { withNats } from './cluster.fixtures.ts'
import { newStream } from './jetstream-log.fixtures.ts'
import { NATS_LOGIN } from './nats.ts'

const LANES = 8
const WITHIN_MS = 15_000
const LOOK_EVERY_MS = 20

withNats('Lanes by pinned consumers', { servers: 3 }, (start) => {
  laneOwnersConformance('JetStream', async () => {
    const nats = await start()
    const stream = newStream()
    return {
      lanes: LANES,
      async join() {
        const nc = await connectNats(nats.urls, NATS_LOGIN)
        const owners = await jetstreamOwners({ nc, stream, lanes: LANES, replicas: 3 })
        return {
          owners,
          lose() {
            nc.close()
            return () => {}
          },
        }
      },
      async until(isSo) {
        const until_ms = performance.now() + WITHIN_MS
        while (!isSo()) {
          if (performance.now() > until_ms) assert.fail('it never is')
          await wait(LOOK_EVERY_MS)
        }
      },
      close: async () => {},
    }
  })
})
