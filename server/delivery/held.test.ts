import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { heldBatches, type Release } from './held.ts'

describe('The room for batches', () => {
  type Row = { title: string; limits: Parameters<typeof heldBatches>[0]; asked: number[]; held: number[] }
  const rows: Row[] = [
    { title: 'is enough for a few of each instance', limits: {}, asked: [8, 8], held: [8, 8] },
    {
      title: 'ends for one instance at its limit',
      limits: { own_max: 1, each_max: 4, shared_max: 100 },
      asked: [9],
      held: [4],
    },
    {
      title: 'is shared, but for what is every instance’s own',
      limits: { own_max: 2, each_max: 16, shared_max: 5 },
      asked: [16, 16, 16],
      held: [7, 2, 2],
    },
  ]
  for (const { title, limits, asked, held } of rows) {
    test(title, async () => {
      const all = heldBatches(limits)
      const stop = new AbortController().signal
      const instances = asked.map((count) => {
        const one = all.of(stop)
        for (let n = 0; n < count; n++) one.room()
        return one
      })
      await setImmediate()
      assert.deepEqual(
        instances.map((one) => one.held()),
        held,
      )
    })
  }

  test('is no more than each instance’s own while the thread has no time to spare, and more when it has again', async () => {
    const times = { active: 0, idle: 0 }
    let look = () => {}
    const pause = () =>
      new Promise<boolean>((resolve) => {
        look = () => resolve(true)
      })
    const all = heldBatches({ threadTimes: () => ({ ...times }), pause })
    times.active += 1_000
    const one = all.of(new AbortController().signal)
    for (let n = 0; n < 8; n++) one.room()
    await setImmediate()
    assert.equal(one.held(), 2)
    times.active += 1_000
    look()
    await setImmediate()
    assert.equal(one.held(), 2)
    times.idle += 1_000
    look()
    await setImmediate()
    assert.equal(one.held(), 8)
  })

  test('goes to those who wait in their order, whoever can use it', async () => {
    const all = heldBatches({ own_max: 1, each_max: 2, shared_max: 1 })
    const stop = new AbortController().signal
    const [ada, bob] = [all.of(stop), all.of(stop)]
    const releases: Release[] = []
    const got: string[] = []
    const ask = async (name: string, one: typeof ada) => {
      const release = await one.room()
      got.push(name)
      if (release !== undefined) releases.push(release)
    }
    const asked = [
      ask('ada 1', ada),
      ask('ada 2', ada),
      ask('ada 3', ada),
      ask('bob 1', bob),
      ask('bob 2', bob),
    ]
    await setImmediate()
    assert.deepEqual(got, ['ada 1', 'ada 2', 'bob 1'])
    releases[0]?.()
    releases[0]?.()
    await setImmediate()
    assert.deepEqual(got.slice(3), ['ada 3'])
    for (const release of releases) release()
    await Promise.all(asked)
    for (const release of releases) release()
    assert.deepEqual([ada.held(), bob.held()], [0, 0])
  })

  test('is not waited for by an instance that stops', async () => {
    const all = heldBatches({ own_max: 1, each_max: 1, shared_max: 0 })
    const abort = new AbortController()
    const one = all.of(abort.signal)
    await one.room()
    const second = one.room()
    abort.abort()
    assert.equal(await second, undefined)
    assert.equal(await one.room(), undefined)
  })
})
