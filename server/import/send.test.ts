import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Answer, KEEP_TRYING_MS, type SendDeps, sendCalls } from './send.ts'

const TAKEN: Answer = { status: 200, json: { success: true } }
const refusedBy = (code: string, message = ''): unknown => ({ success: false, error: { code, message } })

/** A server that answers in turn, the last answer for ever; time passes only where somebody waits. */
function server(answers: readonly Answer[], isStoppedWhileWaiting = false) {
  const bodies: number[] = []
  const waits: number[] = []
  let now_ms = 0
  const deps: SendDeps = {
    post: async (body) => {
      bodies.push((JSON.parse(body) as { batch: unknown[] }).batch.length)
      return answers[Math.min(bodies.length, answers.length) - 1] as Answer
    },
    wait: async (ms) => {
      waits.push(ms)
      now_ms += ms
      return !isStoppedWhileWaiting
    },
    now_ms: () => now_ms,
    onWait: () => {},
  }
  return { deps, bodies, waits }
}
const calls = ['{"a":1}', '{"a":2}', '{"a":3}']

describe('a batch', () => {
  test('is sent once when it is taken', async () => {
    const { deps, bodies, waits } = server([TAKEN])
    assert.deepEqual(await sendCalls(deps, calls), { status: 'taken', refused: [] })
    assert.deepEqual([bodies, waits], [[3], []])
  })
  const later: readonly (readonly [title: string, answers: readonly Answer[], waits: readonly number[]])[] = [
    ['as the server asks, when it is busy', [{ status: 429, retryAfter: '7', json: {} }, TAKEN], [7_000]],
    ['as the disk is full', [{ status: 503, retryAfter: '2', json: {} }, TAKEN], [2_000]],
    [
      'longer each time, when nobody answers',
      [{ status: 0, json: {} }, { status: 0, json: {} }, TAKEN],
      [500, 1_000],
    ],
    ['at most five minutes', [{ status: 503, retryAfter: '9999', json: {} }, TAKEN], [300_000]],
    [
      'as usual after a date, which no server of ours sends',
      [{ status: 503, retryAfter: 'Mon', json: {} }, TAKEN],
      [500],
    ],
  ]
  for (const [title, answers, waited] of later) {
    test(`waits ${title}`, async () => {
      const { deps, waits } = server(answers)
      assert.deepEqual(await sendCalls(deps, calls), { status: 'taken', refused: [] })
      assert.deepEqual(waits, waited)
    })
  }
  test('is given up after a quarter of an hour, with what was the matter', async () => {
    const { deps, waits } = server([
      { status: 503, json: refusedBy('DISK_NEARLY_FULL', 'The disk is nearly full.') },
    ])
    await assert.rejects(sendCalls(deps, calls), { code: 'IMPORT_STOPPED', explanation: /DISK_NEARLY_FULL/ })
    assert.ok(waits.reduce((sum, ms) => sum + ms, 0) <= KEEP_TRYING_MS)
  })
  test('is not sent again when the server wants none of it', async () => {
    const { deps, bodies } = server([{ status: 401, json: refusedBy('WRITE_KEY_UNKNOWN') }])
    await assert.rejects(sendCalls(deps, calls), { code: 'IMPORT_STOPPED', explanation: /WRITE_KEY_UNKNOWN/ })
    assert.deepEqual(bodies, [3])
  })
  test('tells of each call that the server refused', async () => {
    const results = [
      { status: 'accepted' },
      { status: 'refused', code: 'C', reason: 'R' },
      { status: 'duplicate' },
    ]
    const { deps } = server([{ status: 400, json: { success: false, results } }])
    assert.deepEqual(await sendCalls(deps, calls), {
      status: 'taken',
      refused: [{ index: 1, code: 'C', reason: 'R' }],
    })
  })
  test('that is too large is halved, and a call that is too large alone is refused', async () => {
    const large = { status: 413, json: refusedBy('BODY_TOO_LARGE', 'large') }
    const { deps, bodies } = server([large, TAKEN, large])
    assert.deepEqual(await sendCalls(deps, calls), {
      status: 'taken',
      refused: [{ index: 2, code: 'BODY_TOO_LARGE', reason: 'large' }],
    })
    assert.deepEqual(bodies, [3, 2, 1])
  })
  test('is left when somebody stops the import', async () => {
    const { deps } = server([{ status: 0, json: {} }], true)
    assert.deepEqual(await sendCalls(deps, calls), { status: 'stopped' })
  })
})
