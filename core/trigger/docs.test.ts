import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { SpecEvent } from '../event.ts'
import { deepFreeze } from '../testing.ts'
import { readTrigger } from './parse.ts'
import { FUNCTIONS } from './syntax.ts'
import { compileTrigger } from './trigger.ts'

const text = readFileSync(new URL('../../docs/triggers.md', import.meta.url), 'utf8')

/** From its heading to the next. */
function section(heading: string): string {
  const [, after] = text.split(`\n## ${heading}\n`)
  return after?.split('\n## ')[0] ?? assert.fail(`docs/triggers.md has no section "${heading}"`)
}

describe('the examples of docs/triggers.md', () => {
  const examples = section('Examples')
  const shown = /The event is\s+`(\{.+\})`/.exec(examples)?.[1] ?? assert.fail('It shows no event.')
  const event = deepFreeze(JSON.parse(shown) as SpecEvent)
  const lines = examples.split('\n').filter((line) => line.startsWith('| `'))
  for (const line of lines) {
    test(line, () => {
      const [, trigger = '', holds] = /^\| `(.+)` \| (yes|no) \|$/.exec(line) ?? assert.fail('It is no row.')
      assert.equal(compileTrigger(trigger)(event), holds === 'yes')
    })
  }

  test('there are many, and each function has one', () => {
    assert.ok(lines.length >= 30, `${lines.length} rows`)
    for (const name of FUNCTIONS) assert.ok(examples.includes(`${name}(`), name)
  })
})

describe('the triggers at the head of docs/triggers.md', () => {
  const [, fenced = ''] = /```\n([\s\S]*?)```/.exec(text) ?? []
  const triggers = fenced.split('\n').filter((line) => line !== '')
  for (const trigger of triggers) test(trigger, () => assert.ok(readTrigger(trigger).ok))
  test('there are some', () => assert.ok(triggers.length >= 3))
})

test('docs/triggers.md describes each function, in the order of the code', () => {
  const names = section('Functions')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`(\w+)\(/g)].map(([, name]) => name))
  assert.deepEqual(names, [...FUNCTIONS])
})
