import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '@nats-io/transport-node'
import { AppError, type PlacedProblem } from '../../core/errors.ts'
import { type JetstreamLogOptions, jetstreamLog } from '../../server/log/jetstream.ts'
import { withNats } from './cluster.fixtures.ts'
import { logOptions, newStream } from './jetstream-log.fixtures.ts'
import { NATS_LOGIN, type NatsServers } from './nats.ts'

const lax = { servers: 1, syncInterval: '2m', payload_bytes_max: 100_000 }
withNats('NATS servers that cannot keep what the log promises', lax, (start) => {
  const rows: readonly [what: string, more: Partial<JetstreamLogOptions>, sentences: readonly RegExp[]][] = [
    [
      'sync from time to time, and take small messages only',
      {},
      [
        /server n0 forces .*Put "sync_interval: always"/,
        /take messages of 100000 bytes.*Set "max_payload: 147456"/,
      ],
    ],
    [
      'nobody can ask them',
      { systemLogin: undefined, entry_bytes_max: 50_000 },
      [/Give a user of their system account/],
    ],
    [
      'there are too few',
      { systemLogin: undefined, isSyncVouchedFor: true, entry_bytes_max: 50_000, replicas: 3 },
      [/could not be made: .*replicas/],
    ],
    [
      "the stream is somebody else's",
      { systemLogin: undefined, isSyncVouchedFor: true, entry_bytes_max: 50_000, stream: 'foreign' },
      [/The stream foreign was not made by Millrace/],
    ],
  ]
  for (const [what, more, sentences] of rows) {
    test(`are refused, with what to change: ${what}`, async () => {
      const nats = await start()
      await makeForeign(nats)
      const problems = await refusal({ ...logOptions(nats, newStream(), 1), ...more })
      assert.equal(problems.length, sentences.length, problems.join('\n'))
      for (const [index, sentence] of sentences.entries()) assert.match(problems[index] ?? '', sentence)
    })
  }
})

async function refusal(options: JetstreamLogOptions): Promise<readonly string[]> {
  try {
    await (await jetstreamLog(options)).close()
  } catch (error) {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'LOG_ENGINE_UNFIT')
    return (error.details['problems'] as readonly PlacedProblem[]).map(({ problem }) => problem)
  }
  return []
}

async function makeForeign(nats: NatsServers): Promise<void> {
  const nc = await connect({ servers: nats.urls, ...NATS_LOGIN })
  await nc.request(
    '$JS.API.STREAM.CREATE.foreign',
    JSON.stringify({ name: 'foreign', subjects: ['foreign.>'] }),
  )
  await nc.close()
}
