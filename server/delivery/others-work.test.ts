import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AtWork } from '../ledger/ledger.ts'
import { othersWork } from './others-work.ts'
import { changeSign } from './sign.ts'

const NOBODY: AtWork = { parked: new Set(), isReplaying: false }

/** Looks as often as it is told, each time with another answer. */
async function looking(answers: readonly (AtWork | Error)[]) {
  const [replaying, heap, hook] = [changeSign(), changeSign(), changeSign()]
  const troubles: unknown[] = []
  const counted: number[] = []
  let asked = 0
  const work = othersWork({
    ledger: {
      async atWork() {
        const answer = answers[asked++] as AtWork | Error
        if (answer instanceof Error) throw answer
        return answer
      },
      aside: async () => new Map([['heap', { count: 3, kinds: {} } as never]]),
    },
    replaying,
    sleep: async () => asked < answers.length,
    onTrouble: (error) => troubles.push(error),
  })
  const witness = { recount: (count: number) => counted.push(count) } as never
  work.watch('heap', { parking: heap, witness })
  work.watch('hook', { parking: hook, witness })()
  await work.run()
  return { heap: heap.version(), hook: hook.version(), replaying: replaying.version(), troubles, counted }
}

test('those are woken that have something parked, and that are watched still', async () => {
  const { heap, hook, replaying } = await looking([
    NOBODY,
    { parked: new Set(['heap', 'hook']), isReplaying: false },
    { parked: new Set(['other']), isReplaying: true },
  ])
  assert.deepEqual({ heap, hook, replaying }, { heap: 1, hook: 0, replaying: 1 })
})

test('a ledger that fails for a moment is told of, and asked again', async () => {
  const { heap, troubles } = await looking([
    new Error('away'),
    { parked: new Set(['heap']), isReplaying: false },
  ])
  assert.deepEqual([heap, troubles.length], [1, 1])
})

test('what is set aside is counted anew now and then', async () => {
  const { counted } = await looking(Array.from({ length: 30 }, () => NOBODY))
  assert.deepEqual(counted, [3])
})
