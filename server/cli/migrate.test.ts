import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { run } from './cli.fixtures.ts'
import { type MigrateDeps, type MoveAsked, migrate, progressLine } from './migrate.ts'

const COMPARED = { what: 'counts', here: '3', there: '3', isEqual: true }

describe('millrace migrate', () => {
  const asked: MoveAsked[] = []
  const deps: MigrateDeps = {
    async move(options, told) {
      asked.push(options)
      told.onProgress({ part: 'log', done: 1, total: 4 })
      told.onCaughtUp()
      told.onStopped('Clients wait.')
      return [COMPARED]
    },
    async whatWouldMove(options) {
      asked.push(options)
      return {
        parts: [{ what: 'events in the log', count: 12, bytes: 1_048_576 }],
        problems: options.from === 'needed' ? ['There is no room.'] : [],
      }
    },
    now_ms: () => 1_000,
    draw: undefined,
  }

  test('passes on what is asked, and tells when to stop the server and what was compared', async () => {
    const { code, out } = await run(migrate, deps, '--data', 'd', '--nats', 'n', '--answer', '--resume')
    assert.equal(code, 0)
    assert.deepEqual(asked.pop(), {
      options: { data: 'd', nats: 'n' },
      ...{ newKeyFile: undefined, from: 'all', begin: 'resume', answers: true },
    })
    assert.match(out.join('\n'), /log: 25 %[\s\S]*Stop the server now[\s\S]*Clients wait[\s\S]*counts +3 +3/)
  })

  test('tells beforehand what goes over, and ends with 1 when it would be refused', async () => {
    const dry = await run(migrate, deps, '--dry-run')
    assert.deepEqual([dry.code, dry.err], [0, []])
    assert.match(dry.out.join('\n'), /events in the log +12 +1\.0 MiB/)
    const refused = await run(migrate, deps, '--dry-run', '--log', 'needed', '--new-key-file', 'k')
    assert.deepEqual([refused.code, refused.err], [1, ['It would be refused: There is no room.']])
    assert.equal(asked.pop()?.newKeyFile, 'k')
  })

  test('is not called with what it does not know', async () => {
    for (const args of [['there'], ['--resume', '--anew']])
      assert.equal((await run(migrate, deps, ...args)).code, 2)
    await assert.rejects(run(migrate, deps, '--log', 'some'), { code: 'OPTION_INVALID' })
  })

  const lines: readonly [done: number, total: number, past_ms: number, from: number, line: string][] = [
    [0, 0, 0, 0, 'dead letters: 100 %'],
    [1, 4, 0, 0, 'dead letters: 25 %'],
    [25, 100, 10_000, 0, 'dead letters: 25 %, 30 s left'],
    [60, 100, 1_000, 50, 'dead letters: 60 %, 4 s left'],
    [110, 100, 1_000, 0, 'dead letters: 100 %, 0 s left'],
  ]
  for (const [done, total, past_ms, from, line] of lines)
    test(`shows ${line}`, () => {
      assert.equal(progressLine({ part: 'dead_letters', done, total }, { past_ms, from }), line)
    })
})
