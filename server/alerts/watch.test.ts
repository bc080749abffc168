import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Measured, MeasuredInstance } from '../../core/alerts.ts'
import type { AlertChannel, AlertSettings } from '../../core/configuration.ts'
import type { Json } from '../../core/event.ts'
import type { Sent } from './channels.ts'
import { alertWatch } from './watch.ts'

const MINUTE_MS = 60_000
const ROOM = { free_bytes: 1e12, free_bytes_min: 1 }
const HELD: MeasuredInstance = {
  ...{
    id: 'heap',
    name: 'Heap',
    state: 'held',
    since_ms: 0,
    lag_ms: 0,
    delivered: [],
    dead: [],
    expired: [],
    givenUp: [],
  },
}
const OPS: AlertChannel = { id: 'ops', kind: 'slack', url: 'https://hooks.example.com/1' }

/** A watch over a world that a test moves. */
function watched(settings: AlertSettings = { channels: [OPS] }) {
  const world = {
    now_ms: 0,
    isHeld: true,
    answers: (): Sent => ({ ok: true }),
    sent: [] as string[],
    kept: undefined as string | undefined,
    troubles: [] as unknown[],
    leader: 'one' as 'one' | 'other',
  }
  const make = (name: 'one' | 'other' = 'one') =>
    alertWatch({
      async measure() {
        const measured: Measured = { instances: world.isHeld ? [HELD] : [], disk: ROOM }
        return { measured, settings }
      },
      async send(channel, { kind }) {
        world.sent.push(`${world.now_ms / MINUTE_MS} ${channel.id} ${kind}`)
        return world.answers()
      },
      kept: async () => (world.kept === undefined ? undefined : (JSON.parse(world.kept) as Json)),
      async keep(state) {
        world.kept = JSON.stringify(state)
      },
      now_ms: () => world.now_ms,
      leads: () => world.leader === name,
      onTrouble: (error) => world.troubles.push(error),
    })
  let watch = make()
  return {
    world,
    /** A second process that watches the same. */
    beside: () => make('other'),
    restart: () => {
      watch = make()
    },
    state: () => watch.state(),
    async minutes(count: number): Promise<void> {
      for (let minute = 0; minute < count; minute++) {
        await watch.look()
        world.now_ms += MINUTE_MS
      }
    },
  }
}

describe('the watch', () => {
  test('of several processes is kept by the one that leads, which goes on where the one before it was', async () => {
    const { world, minutes, beside, state } = watched()
    const other = beside()
    const both = async (count: number) => {
      for (let minute = 0; minute < count; minute++) {
        await other.look()
        await minutes(1)
      }
    }
    await both(10)
    world.leader = 'other'
    await both(10)
    const told = [...world.sent]
    world.isHeld = false
    await both(10)
    world.leader = 'one'
    await both(10)
    assert.deepEqual(told.length, 1)
    assert.deepEqual(world.sent.length, 2)
    assert.deepEqual((await state()).alerts, [])
    assert.deepEqual(world.troubles, [])
  })

  test('tells every channel once, and once more when it is well again', async () => {
    const { world, minutes } = watched({ channels: [OPS, { ...OPS, id: 'two' }] })
    await minutes(5)
    world.isHeld = false
    await minutes(10)
    assert.deepEqual(world.sent, ['1 ops alert', '1 two alert', '10 ops recovered', '10 two recovered'])
  })

  test('tells nobody twice over a restart', async () => {
    const { world, minutes, restart } = watched()
    await minutes(3)
    restart()
    await minutes(3)
    assert.deepEqual(world.sent, ['1 ops alert'])
  })

  test('tries a channel that fails again, later each time, also over a restart', async () => {
    const { world, minutes, restart, state } = watched()
    world.answers = () => ({ ok: false, text: 'It answered 500.' })
    await minutes(6)
    restart()
    await minutes(6)
    world.answers = () => ({ ok: true })
    await minutes(10)
    assert.deepEqual(world.sent, ['1 ops alert', '2 ops alert', '4 ops alert', '8 ops alert', '16 ops alert'])
    assert.deepEqual((await state()).recent[0]?.sent, { ops: 'sent' })
    assert.deepEqual((await state()).pending, [])
  })

  test('gives a channel up after a day, and says so', async () => {
    const { world, minutes, state } = watched()
    world.answers = () => ({ ok: false, text: 'It answered 500.' })
    await minutes(1_600)
    assert.deepEqual((await state()).pending, [])
    assert.match((await state()).recent[0]?.sent['ops'] ?? '', /^given up: It answered 500/)
  })

  test('goes on when something fails, and says what', async () => {
    const { world, minutes } = watched()
    const failing = new Error('disk')
    world.answers = () => {
      throw failing
    }
    await minutes(2)
    world.answers = () => ({ ok: true })
    await minutes(1)
    assert.deepEqual(world.troubles, [failing])
    assert.deepEqual(world.sent, ['1 ops alert', '2 ops alert'])
  })

  test('without channels there is still something to see', async () => {
    const { minutes, state } = watched({ channels: [] })
    await minutes(3)
    assert.deepEqual(
      (await state()).alerts.map(({ key }) => key),
      ['held heap'],
    )
    assert.equal((await state()).recent.length, 1)
  })
})
