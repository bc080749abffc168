// A process that takes part in owning lanes: server URLs, stream and lanes come as arguments. It tells what it owns, a line of JSON each.
import { connect } from '@nats-io/transport-node'
import { laneOwnership } from '../../server/log/jetstream-ownership.ts'
import { NATS_LOGIN } from './nats.ts'

const [urls = '', stream = '', lanes = '', replicas = ''] = process.argv.slice(2)
const nc = await connect({ servers: urls.split(','), ...NATS_LOGIN })
const tell = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`)
await laneOwnership({
  ...{ nc, stream, lanes: Number(lanes), replicas: Number(replicas) },
  onOwned: (owned) => tell(owned),
  onLost: (lane) => tell({ lane, epoch: 0 }),
})
tell({ lane: -1, epoch: 0 })
