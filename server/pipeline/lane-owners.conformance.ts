import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LaneOwners, TakenLane } from './lane-owners.ts'

/** How a test reaches an engine that shares lanes among processes. */
export type LaneShares = {
  readonly lanes: number
  /** A new process. */
  readonly join: () => Promise<{
    readonly owners: LaneOwners
    /** The others find that it is gone, and it does not know; what this returns lets it know, as when it thaws. */
    readonly lose: () => () => void
  }>
  /** Resolves as soon as it is so; rejects when the engine had its time. */
  readonly until: (isSo: () => boolean) => Promise<void>
  readonly close: () => Promise<void>
}

/** A process that works on its lanes, and needs a moment to end. */
function worker({ owners, lose }: Awaited<ReturnType<LaneShares['join']>>, seen: TakenLane[]) {
  const working = new Map<number, TakenLane>()
  let isHolding = false
  let letGo: (() => void)[] = []
  const ended = owners.run(async (taken) => {
    seen.push(taken)
    working.set(taken.lane, taken)
    await new Promise<void>((resolve) => {
      taken.stop.addEventListener('abort', () => {
        if (isHolding) letGo.push(resolve)
        else resolve()
      })
    })
    if (working.get(taken.lane) === taken) working.delete(taken.lane)
  })
  return {
    owners,
    lose,
    working,
    lanes: () => [...working.keys()].sort((a, b) => a - b),
    /** What is on its way does not end until it is let go. */
    hold(): void {
      isHolding = true
    },
    release(): void {
      isHolding = false
      for (const go of letGo) go()
      letGo = []
    },
    held: () => letGo.length,
    async stop(): Promise<void> {
      owners.stop()
      await ended
    },
  }
}

export function laneOwnersConformance(name: string, open: () => Promise<LaneShares>): void {
  const row = (
    title: string,
    run: (
      all: LaneShares,
      join: () => Promise<ReturnType<typeof worker>>,
      seen: TakenLane[],
    ) => Promise<void>,
  ) =>
    test(title, async () => {
      const all = await open()
      const seen: TakenLane[] = []
      try {
        await run(all, async () => worker(await all.join(), seen), seen)
      } finally {
        await all.close()
      }
    })

  describe(`lane owners: ${name}`, () => {
    row('one process has every lane, once', async ({ lanes, until }, join, seen) => {
      const one = await join()
      await until(() => one.lanes().length === lanes)
      assert.equal(seen.length, lanes)
      await one.stop()
      assert.deepEqual(one.lanes(), [])
    })

    row('who comes later gets its share, and no lane has two owners', async ({ lanes, until }, join) => {
      const all = [await join()]
      for (const count of [2, 3]) {
        all.push(await join())
        await until(() => all.every((one) => one.lanes().length >= Math.floor(lanes / count)))
        const owned = all.flatMap((one) => one.lanes())
        assert.equal(new Set(owned).size, owned.length)
      }
      await Promise.all(all.map((one) => one.stop()))
    })

    row('a lane is given on when the work on it has ended, not before', async ({ lanes, until }, join) => {
      const one = await join()
      await until(() => one.lanes().length === lanes)
      one.hold()
      const other = await join()
      await until(() => one.held() > 0)
      assert.equal(one.lanes().length, lanes)
      assert.deepEqual(other.lanes(), [])
      one.release()
      await until(() => other.lanes().length >= Math.floor(lanes / 2))
      await Promise.all([one.stop(), other.stop()])
    })

    row('what a process that stops gives back, the others have', async ({ lanes, until }, join) => {
      const [one, other] = [await join(), await join()]
      await until(() => one.lanes().length > 0 && other.lanes().length > 0)
      await one.stop()
      await until(() => other.lanes().length === lanes)
      await other.stop()
    })

    row(
      'a lane that was given back may be taken again by the same process',
      async ({ lanes, until }, join, seen) => {
        const [one, other] = [await join(), await join()]
        await until(() => one.lanes().length > 0 && other.lanes().length > 0)
        await other.stop()
        await until(() => one.lanes().length === lanes)
        assert.ok(seen.length > lanes)
        await one.stop()
      },
    )

    row('the lanes of one that is gone have other owners', async ({ lanes, until }, join) => {
      const [one, other] = [await join(), await join()]
      await until(() => one.lanes().length > 0 && other.lanes().length > 0)
      const lost = [...one.working.values()]
      const tell = one.lose()
      await until(() => other.lanes().length === lanes)
      // It learns of it when it can, and what its work did not end is nobody's business any more.
      tell()
      await until(() => lost.every(({ stop }) => stop.aborted))
      assert.equal(other.lanes().length, lanes)
      await Promise.all([one.stop(), other.stop()])
    })

    row(
      'who is refused gives the lane up at once, and somebody takes it anew',
      async ({ lanes, until }, join) => {
        const one = await join()
        await until(() => one.lanes().length === lanes)
        const taken = one.working.get(0) ?? assert.fail()
        taken.refused()
        assert.equal(taken.stop.aborted, true)
        await until(() => one.working.has(0) && one.working.get(0) !== taken)
        taken.refused()
        assert.equal(one.working.get(0)?.stop.aborted, false, 'the one before it has nothing to say any more')
        await one.stop()
      },
    )
  })
}
