import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NatsFacts, type StreamFacts, unmetNeeds } from './jetstream-needs.ts'

const STREAM: StreamFacts = {
  name: 'millrace',
  replicas: 3,
  storage: 'file',
  retention: 'limits',
  age_ms_max: 0,
  bytes_max: -1,
  messages_max: -1,
  message_bytes_max: -1,
  discard: 'new',
  isAtomic: true,
  isDirect: true,
  canDelete: true,
  lanes: 8,
}
const server = (name: string, more: object = {}) => ({
  ...{ name, version: '2.15.1', isSyncedAlways: true },
  ...more,
})
const FACTS: NatsFacts = {
  version: '2.15.1',
  payload_bytes_max: 1_048_576,
  servers: ['a', 'b', 'c'].map((name) => server(name)),
  stream: STREAM,
}
const WANTS = { replicas: 3, entry_bytes_max: 100_000, isSyncVouchedFor: false }
const withStream = (more: Partial<StreamFacts>): Partial<NatsFacts> => ({ stream: { ...STREAM, ...more } })

const REFUSED: readonly [what: string, facts: Partial<NatsFacts>, sentence: RegExp][] = [
  ['an old server', { version: '2.10.27', servers: undefined }, /Install 2\.12 or later/],
  [
    'an old server among others',
    { servers: [server('a'), server('b', { version: '2.9.10' }), server('c')] },
    /server b has version 2\.9\.10\. Install/,
  ],
  [
    'a server that syncs from time to time',
    { servers: [server('a'), server('b'), server('c', { isSyncedAlways: false })] },
    /server c .*Put "sync_interval: always" into its jetstream block/,
  ],
  ['servers that nobody could ask', { servers: undefined }, /Give a user of their system account/],
  ['too few servers for a new stream', { servers: [server('a')], stream: undefined }, /Start more/],
  ['messages too small for an event', { payload_bytes_max: 65_536 }, /Set "max_payload: 116384" or more/],
  ["somebody else's stream", withStream({ lanes: undefined }), /was not made by Millrace\. Name another/],
  ['too few copies', withStream({ replicas: 1 }), /stream edit millrace --replicas 3/],
  ['a stream in memory', withStream({ storage: 'memory' }), /file storage/],
  ['a work queue', withStream({ retention: 'workqueue' }), /retention "limits"/],
  ['a bound of age', withStream({ age_ms_max: 1_000 }), /max-age to 0/],
  ['a bound of bytes', withStream({ bytes_max: 1_000 }), /bound on bytes or messages/],
  ['a bound of messages', withStream({ messages_max: 1_000 }), /bound on bytes or messages/],
  ['a bound of size', withStream({ message_bytes_max: 1_000 }), /size of a message/],
  ['a stream that drops what is old', withStream({ discard: 'old' }), /discard policy to "new"/],
  ['a stream without batches', withStream({ isAtomic: false }), /allow_atomic/],
  ['a stream without direct reads', withStream({ isDirect: false }), /allow_direct/],
  ['a stream that keeps everything', withStream({ canDelete: false }), /make it anew/],
]

test('servers that are set up as the log needs it are taken', () => {
  assert.deepEqual(unmetNeeds(FACTS, WANTS), [])
  assert.deepEqual(unmetNeeds({ ...FACTS, stream: undefined }, WANTS), [])
})

for (const [what, facts, sentence] of REFUSED) {
  test(`${what}: refused, with what to change`, () => {
    const problems = unmetNeeds({ ...FACTS, ...facts }, { ...WANTS, isSyncVouchedFor: false })
    assert.match(problems.join('\n'), sentence)
  })
}

test('somebody can vouch for servers that nobody could ask', () => {
  assert.deepEqual(unmetNeeds({ ...FACTS, servers: undefined }, { ...WANTS, isSyncVouchedFor: true }), [])
})

test('a stream that is there goes on while a server is away', () => {
  assert.deepEqual(unmetNeeds({ ...FACTS, servers: [server('a'), server('b')] }, WANTS), [])
})
