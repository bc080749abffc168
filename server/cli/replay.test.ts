import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { run } from './cli.fixtures.ts'
import { type Replay, type ReplayDeps, replay } from './replay.ts'

const RUNNING: Replay = {
  ...{ id: 7, of: { deadLetters: { destination: 'heap' } }, destination: 'heap', state: 'running' },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', perSecond_max: 500, total: 1_000, looked: 600, sent: 400 },
  ...{ onTheirWay: 100, refused: 60, skipped: 40, left_ms: 90_000 },
}
const { left_ms: _, ...ENDED } = { ...RUNNING, looked: 1_000, onTheirWay: 0 }
const DONE: Replay = { ...ENDED, state: 'done', sent: 1_000, refused: 0, skipped: 0 }
const STOPPED: Replay = { ...ENDED, state: 'stopped', looked: 600 }
type Asked = readonly unknown[]

/** A server that gives these answers, in order, the last one again and again. */
function serverWith(answers: readonly unknown[], options: Partial<ReplayDeps> = {}) {
  const asked: Asked[] = []
  const deps: ReplayDeps = {
    async ask(method, url, { body }) {
      asked.push([method, url.replace('http://127.0.0.1:4001/admin/v1/', ''), ...(body ? [body] : [])])
      const json = answers[Math.min(asked.length, answers.length) - 1]
      return { ok: !(typeof json === 'object' && json !== null && 'error' in json), json }
    },
    wait: async () => true,
    draw: undefined,
    ...options,
  }
  return { asked, deps }
}

describe('millrace replay', () => {
  const calls: readonly [args: string, asked: Asked][] = [
    [
      '--destination heap --dead-letters --code VALUES_INVALID --per-second 20',
      [
        'POST',
        'replays',
        { of: { deadLetters: { destination: 'heap', code: 'VALUES_INVALID' } }, perSecond_max: 20 },
      ],
    ],
    [
      '--destination heap --from 2026-01-01 --to 2026-01-02 --trigger true',
      [
        'POST',
        'replays',
        { of: { events: { destination: 'heap', from: '2026-01-01', to: '2026-01-02', trigger: 'true' } } },
      ],
    ],
    ['--resume 7', ['POST', 'replays/7/resume', {}]],
  ]
  for (const [args, first] of calls) {
    test(`${args} asks for it, and follows it`, async () => {
      const { asked, deps } = serverWith([RUNNING, RUNNING, DONE])
      const { code, out } = await run(replay, deps, ...args.split(' '))
      assert.deepEqual(asked, [first, ['GET', 'replays/7'], ['GET', 'replays/7']])
      assert.equal(code, 0)
      assert.deepEqual(out, [
        '50 %, 600 of 1,000: 400 delivered, 60 refused, 40 skipped, 100 on their way, about 2 min left',
        'Replay 7 is done: 100 %, 1,000 of 1,000: 1,000 delivered, 0 refused, 0 skipped.',
      ])
    })
  }

  test('a dry run sends nothing, and tells why something would be refused', async () => {
    const told = {
      ...{ total: 1_000, tried: 200, accepted: 150, refused: 50, skipped: 0, samples: [] },
      ...{ reasons: [{ code: 'VALUES_INVALID', text: 'event is missing', count: 50 }], warnings: ['old'] },
    }
    const { asked, deps } = serverWith([told])
    const { code, out } = await run(replay, deps, '--destination', 'heap', '--dead-letters', '--dry-run')
    assert.deepEqual(asked, [['POST', 'replays/dry-run', { of: { deadLetters: { destination: 'heap' } } }]])
    assert.deepEqual(
      [code, ...out],
      [
        0,
        '1,000 to go through. Of the newest 200, 150 would be sent, 50 refused, 0 skipped. Nothing was sent.',
        '  50 × VALUES_INVALID: event is missing',
        'Warning: old',
      ],
    )
  })

  test('Ctrl-C stops it, and says how to go on', async () => {
    const { asked, deps } = serverWith([RUNNING, STOPPED], { wait: async () => false })
    const { code, out } = await run(replay, deps, '--destination', 'heap', '--dead-letters')
    assert.deepEqual(asked.slice(1), [
      ['POST', 'replays/7/stop'],
      ['GET', 'replays/7'],
    ])
    assert.equal(code, 130)
    assert.match(out.at(-1) ?? '', /millrace replay --resume 7$/)
  })

  test('on a terminal it draws a bar over itself; --json gives each state as a line', async () => {
    const drawn: string[] = []
    const { deps } = serverWith([RUNNING, DONE], { draw: (text) => drawn.push(text) })
    await run(replay, deps, '--resume', '7')
    assert.match(drawn[0] ?? '', /^\[############------------\] 50 %/)
    const { out } = await run(replay, serverWith([RUNNING, DONE]).deps, '--resume', '7', '--json')
    assert.deepEqual(
      out.map((one) => JSON.parse(one).state),
      ['running', 'done'],
    )
  })

  const wrong: readonly [args: string, problem: RegExp][] = [
    ['--dead-letters', /--destination/],
    ['--destination heap', /--dead-letters, or --from and --to/],
    ['--destination heap --from 2026-01-01', /--from and --to/],
    ['--destination heap --dead-letters --trigger true', /range of the log/],
    ['--destination heap --from a --to b --code X', /for --dead-letters/],
    ['--destination heap --dead-letters --per-second none', /--per-second/],
    ['--resume last', /--resume/],
    ['--destination heap --dead-letters --url nowhere', /--url/],
    ['--destination heap --dead-letters more', /"more"/],
    ['--dead-letters=yes', /dead-letters/],
  ]
  for (const [args, problem] of wrong) {
    test(`${args} is refused`, async () => {
      const { deps, asked } = serverWith([DONE])
      await assert.rejects(run(replay, deps, ...args.split(' ')), (error) => {
        assert.ok(error instanceof AppError && error.code === 'OPTION_INVALID')
        assert.match(error.explanation, problem)
        return true
      })
      assert.deepEqual(asked, [])
    })
  }

  test('says what the server says, and that nobody answers', async () => {
    const error = { code: 'NOT_FOUND', message: 'There is no such thing.', details: { destination: 'none' } }
    await assert.rejects(
      run(replay, serverWith([{ error }]).deps, '--destination', 'none', '--dead-letters'),
      /There is no such thing/,
    )
    const down = serverWith([], { ask: async () => Promise.reject(new Error('refused')) })
    await assert.rejects(run(replay, down.deps, '--resume', '7'), (thrown: AppError) => {
      assert.match(thrown.explanation, /http:\/\/127\.0\.0\.1:4001, problem: refused/)
      return true
    })
  })
})
