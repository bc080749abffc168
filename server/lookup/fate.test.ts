import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Instance } from '../../core/configuration.ts'
import type { Address, EventEnvelope, JsonObject } from '../../core/event.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { catalogue } from '../../destinations/index.ts'
import type { Attempt, DeadLetter, Progress } from '../ledger/ledger.ts'
import { fateOf } from './fate.ts'
import { entryAt } from './find.ts'
import { type LookupWorld, lookupWorld, NOON_MS } from './testing.ts'

const heap: Instance = {
  ...{ id: 'heap', kind: 'heap', name: 'Heap', enabled: true, sources: ['website'] },
  settings: { appId: '11', region: 'US' },
  subscriptions: presetSubscriptions(catalogue.get('heap') as NonNullable<ReturnType<typeof catalogue.get>>),
}
const [TRACK, IDENTIFY] = heap.subscriptions.map(({ id }) => id) as [string, string]
const BEHIND = { chunk: 99, index: 0 }

/** What happened to the event, as the ledger holds it. */
type History = (address: Address) => Partial<Progress>
const attempt = (addresses: readonly Address[], more: Partial<Attempt> = {}): Attempt => ({
  ...{
    instanceId: 'heap',
    lane: 0,
    startedAt_ms: NOON_MS + 5,
    duration_ms: 5,
    attempt: 1,
    outcome: 'delivered',
  },
  ...{ status: 200, reason: undefined, method: 'POST', url: 'https://example.com', addresses },
  ...{ requestBody: '{}', responseBody: '{}' },
  ...more,
})
/** The action, and another like it. */
const twice = (one: Instance['subscriptions'][number]) => [one, { ...one, id: `${one.id}-2` }]
const letter = (address: Address): DeadLetter => ({
  ...{ instanceId: 'heap', subscriptionId: TRACK, address, messageId: 'm', at_ms: NOON_MS },
  reason: { code: 'DESTINATION_REFUSED', text: 'It answered 400.' },
  request: { method: 'POST', url: 'https://example.com', body: '{}' },
  response: { status: 400, body: 'no' },
})
const parked = (address: Address) => ({
  added: [{ subject: 'i:ada', subscriptionId: TRACK, address, due_ms: NOON_MS + 60_000 }],
})
const older = attempt([{ lane: 0, chunk: 500, index: 0 }], { startedAt_ms: NOON_MS - 1 })
const elsewhere = attempt([{ lane: 0, chunk: 500, index: 0 }])

type Row = {
  readonly title: string
  readonly event?: JsonObject
  readonly change?: Partial<Instance>
  readonly history: History
  readonly fate: string
  readonly deliveries?: readonly string[]
}
const ROWS: readonly Row[] = [
  {
    title: 'delivered',
    history: (address) => ({ cursor: BEHIND, attempts: [attempt([address])] }),
    fate: 'delivered',
    deliveries: [`${TRACK} delivered`],
  },
  {
    title: 'delivered by one action, and still to be delivered by another',
    change: { subscriptions: heap.subscriptions.flatMap(twice) },
    history: (address) => ({
      cursor: { chunk: 0, index: 0 },
      attempts: [attempt([address], { subscriptionIds: [TRACK] })],
    }),
    fate: 'pending',
    deliveries: [`${TRACK} delivered`, `${TRACK}-2 pending`],
  },
  {
    title: 'delivered by one action; another came later',
    change: { subscriptions: heap.subscriptions.flatMap(twice) },
    history: (address) => ({
      cursor: BEHIND,
      attempts: [older, attempt([address], { subscriptionIds: [TRACK] })],
    }),
    fate: 'delivered',
    deliveries: [`${TRACK} delivered`],
  },
  {
    title: 'not read yet',
    history: () => ({ cursor: { chunk: 0, index: 0 } }),
    fate: 'pending',
    deliveries: [`${TRACK} pending`],
  },
  {
    title: 'read up to just before it',
    history: ({ chunk, index }) => ({ cursor: { chunk, index } }),
    fate: 'pending',
    deliveries: [`${TRACK} pending`],
  },
  {
    title: 'tried, and to be tried again',
    history: (address) => ({
      cursor: { chunk: 0, index: 0 },
      attempts: [attempt([address], { outcome: 'retry', status: 503 })],
    }),
    fate: 'pending',
    deliveries: [`${TRACK} pending`],
  },
  {
    title: 'a dead letter, though the request went out with others before',
    history: (address) => ({
      cursor: BEHIND,
      attempts: [attempt([address], { outcome: 'refused' })],
      deadLetters: [letter(address)],
    }),
    fate: 'dead letter',
    deliveries: [`${TRACK} dead letter`],
  },
  {
    title: 'parked',
    history: (address) => ({ cursor: BEHIND, parked: parked(address) }),
    fate: 'parked',
    deliveries: [`${TRACK} parked`],
  },
  {
    title: 'wanted by no action',
    event: { type: 'alias' },
    history: () => ({ cursor: BEHIND }),
    fate: 'discarded',
  },
  {
    title: 'kept back by the person’s consent',
    event: { context: { consent: { categoryPreferences: { Analytics: false } } } },
    change: { consent: ['Analytics'] },
    history: () => ({ cursor: BEHIND }),
    fate: 'filtered',
  },
  {
    title: 'kept back by the call itself',
    event: { integrations: { All: false } },
    history: () => ({ cursor: BEHIND }),
    fate: 'filtered',
  },
  { title: 'a destination that is off', change: { enabled: false }, history: () => ({}), fate: 'off' },
  {
    title: 'delivered before the destination was switched off',
    change: { enabled: false },
    history: (address) => ({ attempts: [attempt([address])] }),
    fate: 'delivered',
    deliveries: [`${TRACK} delivered`],
  },
  {
    title: 'nothing was sent, though what was sent before it is known',
    history: () => ({ cursor: BEHIND, attempts: [older, elsewhere] }),
    fate: 'not connected then',
    deliveries: [`${TRACK} not connected then`],
  },
  {
    title: 'nothing is known of the time',
    history: () => ({ cursor: BEHIND, attempts: [elsewhere] }),
    fate: 'no trace',
    deliveries: [`${TRACK} no trace`],
  },
  {
    title: 'nothing was sent of a profile that Heap had been told already',
    event: { type: 'identify', traits: { plan: 'pro' } },
    history: () => ({ cursor: BEHIND, attempts: [older] }),
    fate: 'unchanged',
    deliveries: [`${IDENTIFY} unchanged`],
  },
  {
    title: 'a destination that pages send to',
    change: { kind: 'heap-web', settings: { appId: '11' } },
    history: () => ({}),
    fate: 'in pages',
  },
  {
    title: 'a kind that this version does not know',
    change: { kind: 'gone' },
    history: () => ({}),
    fate: 'off',
  },
]

describe('what became of an event at a destination', () => {
  let world: LookupWorld
  beforeEach(() => {
    world = lookupWorld()
  })
  afterEach(() => world.close())

  async function fate({ event = {}, change = {}, history }: Pick<Row, 'event' | 'change' | 'history'>) {
    const [address] = (await world.append([world.event(event)])) as [Address]
    await world.record('heap', { lane: address.lane, ...history(address) })
    const envelope = (await entryAt(world.log, address)) as EventEnvelope
    return fateOf(world.deps, envelope, { ...heap, ...change })
  }

  for (const row of ROWS) {
    test(row.title, async () => {
      const shown = await fate(row)
      assert.equal(shown.fate, row.fate)
      assert.deepEqual(
        shown.deliveries.map((one) => `${one.action} ${one.fate}`),
        row.deliveries ?? [],
      )
    })
  }

  test('says which clause decided against each action', async () => {
    const shown = await fate({ event: { type: 'alias' }, history: () => ({ cursor: BEHIND }) })
    const why = Object.fromEntries((shown.why ?? []).map(({ action, text }) => [action, text]))
    assert.match(why[TRACK] ?? '', /type/)
    assert.deepEqual(
      Object.keys(why),
      heap.subscriptions.map(({ id }) => id),
    )
  })

  test('says what the destination says about it', async () => {
    const history: History = (address) => ({ cursor: BEHIND, attempts: [attempt([address])] })
    const known = await fate({ history })
    const visitor = await fate({ event: { userId: undefined as never, anonymousId: 'visitor-1' }, history })
    assert.equal(known.deliveries[0]?.notes, undefined)
    assert.match(visitor.deliveries[0]?.notes?.[0] ?? '', /made from the anonymous id visitor-1/)
  })

  test('says which consent is missing', async () => {
    const shown = await fate({
      event: { context: { consent: { categoryPreferences: {} } } },
      change: { consent: ['Analytics'] },
      history: () => ({ cursor: BEHIND }),
    })
    assert.deepEqual(shown.why, [{ action: '', text: 'The person has not allowed Analytics.' }])
  })

  test('says which word of the call switches the destination off', async () => {
    const shown = await fate({
      event: { integrations: { all: false } },
      history: () => ({ cursor: BEHIND }),
    })
    assert.match(shown.why?.[0]?.text ?? '', /its integrations say "all": false/)
  })

  test('shows values, the reason, until when it waits, what was adjusted, and the attempts', async () => {
    const dead = await fate({
      history: (address) => ({
        cursor: BEHIND,
        deadLetters: [letter(address)],
        attempts: [
          attempt([address], {
            outcome: 'refused',
            adjustments: [{ address, subscriptionId: TRACK, field: 'note', text: 'cut' }],
            adjustments_count: 1,
          }),
        ],
      }),
    })
    const [delivery] = dead.deliveries
    assert.equal(delivery?.reason?.code, 'DESTINATION_REFUSED')
    assert.deepEqual(delivery?.adjustments, [{ field: 'note', text: 'cut' }])
    assert.equal((delivery?.values as JsonObject | undefined)?.['event'], 'Seen')
    assert.deepEqual([dead.attempts.length, delivery?.deadLetter?.status], [1, 400])
    const waits = await fate({ history: (address) => ({ cursor: BEHIND, parked: parked(address) }) })
    assert.equal(waits.deliveries[0]?.until, new Date(NOON_MS + 60_000).toISOString())
  })
})
