import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance } from '../../core/configuration.ts'
import type { CloudDestination, HttpRequest } from '../../core/destination.ts'
import { anonymousUserId } from '../../core/identity.ts'
import { heap } from '../../destinations/heap/index.ts'
import { isOver, isTold, type TellDeps, tell, untold } from './tell.ts'

const INSTANCE: Instance = {
  ...{ id: 'heap', kind: 'heap', name: 'Heap', enabled: true, sources: [], subscriptions: [] },
  settings: { appId: '11', apiKey: 'key' },
}
const IDS = { userIds: ['ada'], anonymousIds: ['visitor-1'], emails: [] }
const NOW = 1_000

/** A receiver that gives these answers in turn, and notes what it was asked. */
function receiver(...answers: readonly (readonly [status: number, body: object])[]) {
  const asked: HttpRequest[] = []
  const deps: TellDeps = {
    now_ms: () => NOW,
    random: () => 1,
    async send(request) {
      const answer = answers[asked.length]
      asked.push(request)
      if (answer === undefined) return { answered: false, reason: { text: 'nobody there' } }
      return { answered: true, response: { status: answer[0], headers: {}, body: JSON.stringify(answer[1]) } }
    },
  }
  const step = (told = untold('heap', NOW), ids: typeof IDS | undefined = IDS, instance = INSTANCE) =>
    tell(deps, instance, heap as CloudDestination, ids, told)
  return { asked, step }
}
const TOKEN = [200, { access_token: 't' }] as const
const TAKEN = [200, { deletion_request_id: 'd1', status: 'pending' }] as const

describe('a deletion at a destination', () => {
  test('is asked for once with every id, and then by the receiver’s own number alone', async () => {
    const { asked, step } = receiver(TOKEN, TAKEN, TOKEN, [200, { status: 'pending' }], TOKEN, [
      200,
      { status: 'complete' },
    ])
    const told = await step()
    assert.deepEqual([told.state, told.requestIds, told.due_ms > NOW], ['asked', ['d1'], true])
    assert.deepEqual(asked[1]?.json, {
      users: [{ identity: 'ada' }, { user_id: anonymousUserId('visitor-1') }],
    })
    const waiting = await step(told, undefined)
    assert.deepEqual([waiting.state, isTold(waiting), isOver(waiting)], ['asked', true, false])
    const done = await step(waiting, undefined)
    assert.deepEqual([done.state, done.requestIds, isOver(done)], ['done', ['d1'], true])
    const later = asked.slice(2).map((request) => JSON.stringify(request))
    assert.ok(later.every((request) => !request.includes('ada') && !request.includes('visitor-1')))
  })

  test('that cannot be asked for is tried again, later each time, and keeps needing the ids', async () => {
    const { step } = receiver([503, {}])
    const first = await step()
    const second = await step(first)
    assert.deepEqual([first.state, first.tries, second.tries], ['waiting', 1, 2])
    assert.ok(second.due_ms > first.due_ms && !isTold(second))
    assert.equal(second.text, 'nobody there')
  })

  test('that the receiver refuses is over, and says why', async () => {
    const { step } = receiver([401, {}])
    const told = await step()
    assert.equal(told.state, 'refused')
    assert.match(told.text, /no token for the API key/)
  })

  test('without an API key is refused', async () => {
    const { asked, step } = receiver()
    const told = await step(undefined, IDS, { ...INSTANCE, settings: { appId: '11' } })
    assert.deepEqual([told.state, asked.length], ['refused', 0])
    assert.match(told.text, /API key for deletions/)
  })
})
