import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, headers, type NatsConnection } from '@nats-io/transport-node'
import { groupPublisher, type Message } from '../../server/log/jetstream-publish.ts'
import { findStored } from '../../server/log/jetstream-streams.ts'
import { streamWire } from '../../server/log/jetstream-wire.ts'
import { withNats } from './cluster.fixtures.ts'
import { newStream } from './jetstream-log.fixtures.ts'
import { NATS_LOGIN } from './nats.ts'

withNats('Groups whose acknowledgements are lost', { servers: 1 }, (start) => {
  for (const count of [1, 3]) {
    test(`a group of ${count} is stored once, and its numbers are found`, async () => {
      const nc = await connect({ servers: (await start()).urls, ...NATS_LOGIN })
      const stream = newStream()
      const wire = streamWire(nc, stream)
      const config = { name: stream, subjects: [`${stream}.lane.*`], allow_atomic: true, allow_direct: true }
      await wire.api(`STREAM.CREATE.${stream}`, config)
      const publisher = groupPublisher(losing(nc, 2), (id, after) => findStored(wire, id, after))
      const group = (word: string): Message[] =>
        Array.from({ length: count }, (_, lane) => ({
          subject: `${stream}.lane.${lane}`,
          headers: headers(),
          data: Buffer.from(word),
        }))
      const first = await Promise.all([publisher.publish(group('a')), publisher.publish(group('b'))])
      assert.deepEqual(first, [1, 1 + count])
      const { messages } = await wire.page({ subject: `${stream}.lane.*`, seq: 1 }, 1_000_000)
      assert.deepEqual(
        messages.map(({ data }) => Buffer.from(data).toString()),
        [...Array(count).fill('a'), ...Array(count).fill('b')],
      )
      publisher.close()
      await nc.close()
    })
  }
})

/** The connection, but for the first messages that it should have brought. */
function losing(nc: NatsConnection, count: number): NatsConnection {
  let lost = 0
  return {
    publish: nc.publish.bind(nc),
    subscribe: ((subject, options) =>
      nc.subscribe(subject, {
        ...options,
        callback: (error, message) => {
          lost += 1
          if (lost > count) options?.callback?.(error, message)
        },
      })) as NatsConnection['subscribe'],
  } as NatsConnection
}
