import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { LOCAL_COMMANDS } from '../local-commands.ts'
import { completedOf, completionScript } from './completion.ts'
import { VERBS } from './verbs.ts'

const all = completedOf(VERBS, LOCAL_COMMANDS, { start: ['--port'] })
const script = completionScript('bash', all)

/** What bash offers after these words, of which the last is being written. */
function offered(...words: readonly string[]): readonly string[] {
  const quoted = words.map((word) => `'${word}'`).join(' ')
  const ask = `${script}\nCOMP_WORDS=(millrace ${quoted}); COMP_CWORD=${words.length}; _millrace; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', ask], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')
}

describe('completion by bash itself', () => {
  const rows: readonly [words: readonly string[], offers: readonly string[]][] = [
    [['dest'], ['destinations']],
    [['dead-letters', 're'], ['retry']],
    [['sources', 'add', '--pri'], ['--privacy']],
    [['sources', 'add', '--kind', 'no'], ['node']],
    [['sources', 'add', '--kind', 'node', '--na'], ['--name']],
    [['trace', 'm-1', '--bo'], ['--bodies']],
    [['start', '--po'], ['--port']],
    [['replay', '--dead'], ['--dead-letters']],
    [['audit', 'l'], ['list']],
    [['sources', 'nothing', '--'], []],
  ]
  for (const [words, offers] of rows) test(words.join(' '), () => assert.deepEqual(offered(...words), offers))

  test('every command is offered', () => {
    const names = [...VERBS, ...LOCAL_COMMANDS].map(({ name }) => name.split(' ', 1)[0])
    assert.deepEqual(offered(''), [...new Set(names)].sort())
  })
})

test('fish and zsh get each command, and no quote breaks out of its text', () => {
  for (const shell of ['zsh', 'fish'] as const) {
    const text = completionScript(shell, all)
    for (const { name } of VERBS) assert.ok(text.includes(name.split(' ').at(-1) ?? ''), name)
  }
  const tricky = [{ name: 'a b', summary: "It's \\ this", flags: ['--x'], values: {} }]
  assert.match(completionScript('fish', tricky), /-d 'It\\'s \\\\ this'/)
})
