import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { LOCAL_COMMANDS } from '../local-commands.ts'
import { commandDocument } from './document.ts'
import { readCall } from './read-call.ts'
import { VERBS } from './verbs.ts'

test('docs/cli.md says of the commands what they say of themselves', () => {
  const written = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')
  assert.equal(
    written.slice(written.indexOf('## Exit codes\n')),
    commandDocument(VERBS, LOCAL_COMMANDS),
    'run: node scripts/cli-document.ts',
  )
})

describe('the table of verbs', () => {
  test('names each once', () => {
    const names = VERBS.map(({ name }) => name)
    assert.deepEqual(names, [...new Set(names)])
  })

  for (const verb of VERBS) {
    test(`${verb.name} can be asked for help, and refuses a word too many`, () => {
      assert.equal(readCall(verb, ['--help']).has('help'), true)
      const words = (verb.args ?? []).map(({ name }) => name)
      assert.deepEqual(readCall(verb, words).args, words)
      if (verb.args?.at(-1)?.isRest !== true)
        assert.throws(() => readCall(verb, [...words, 'more']), { code: 'OPTION_INVALID' })
    })
  }
})
