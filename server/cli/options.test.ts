import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { optionLines, readFlags } from './options.ts'

const described = {
  port: { env: 'X_PORT', fallback: '4000', help: 'the port' },
  config: { env: 'X_CONFIG', fallback: '', help: 'the file' },
}

describe('readFlags', () => {
  const rows: readonly [args: readonly string[], flags: object, rest: readonly string[]][] = [
    [[], {}, []],
    [['--port', '80'], { port: '80' }, []],
    [['--port=80'], { port: '80' }, []],
    [['--port=80', '--port', '81'], { port: '81' }, []],
    [['--port='], { port: '' }, []],
    [['a', '--config', 'b', 'c'], { config: 'b' }, ['a', 'c']],
    [['--', '--port'], {}, ['--port']],
  ]
  for (const [args, flags, rest] of rows) {
    test(JSON.stringify(args.join(' ')), () => {
      const read = readFlags(args, described)
      assert.deepEqual([{ ...read.flags }, read.rest], [flags, rest])
    })
  }

  const wrong: readonly [args: readonly string[], names: string][] = [
    [['--prot', '80'], '--prot'],
    [['-p', '80'], '-p'],
    [['--port'], '--port'],
    [['--port', '--config'], '--port'],
  ]
  for (const [args, names] of wrong) {
    test(`${JSON.stringify(args.join(' '))} is OPTION_INVALID, in one line that names it`, () => {
      assert.throws(
        () => readFlags(args, described),
        (error: { code?: string; details: { problem: string } }) => {
          assert.equal(error.code, 'OPTION_INVALID')
          assert.ok(error.details.problem.includes(names), error.details.problem)
          assert.ok(!error.details.problem.includes('\n'))
          return true
        },
      )
    })
  }
})

test('optionLines has a line for each option: its name, help, default and variable', () => {
  assert.deepEqual(optionLines(described), [
    '  --port             the port (4000); X_PORT',
    '  --config           the file; X_CONFIG',
  ])
})
