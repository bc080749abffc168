import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Compile } from 'typebox/compile'
import { valueAt } from '../../core/differences.ts'
import { catalogue } from '../../destinations/index.ts'
import { DESTINATION_KEYS } from './read-instances.ts'
import { SOURCE_KEYS } from './read-sources.ts'
import { ACTION_KEYS } from './read-subscriptions.ts'
import type { Keys } from './reader.ts'
import { configurationSchema } from './schema.ts'
import { readYaml } from './yaml-document.ts'

const ROOT = join(import.meta.dirname, '../..')
const schema = configurationSchema(catalogue)
const validator = Compile(schema as never)

describe('the JSON Schema of a configuration file', () => {
  test('is published as it is', () => {
    const published = readFileSync(join(ROOT, 'docs/configuration.schema.json'), 'utf8')
    assert.equal(
      published,
      `${JSON.stringify(schema, undefined, 2)}\n`,
      'Write it anew: node server/main.ts schema > docs/configuration.schema.json',
    )
  })

  const known: readonly [what: string, keys: Keys][] = [
    ['source', SOURCE_KEYS],
    ['destination', DESTINATION_KEYS],
    ...[...catalogue.keys()].map((kind): [string, Keys] => [`${kind} action`, ACTION_KEYS]),
  ]
  for (const [what, { required, optional }] of known) {
    test(`knows the keys of a ${what} that the reader knows`, () => {
      const properties = Object.keys(valueAt(schema, ['$defs', what, 'properties']) ?? {})
      assert.deepEqual(properties.toSorted(), [...required, ...optional].toSorted())
      const needed = valueAt(schema, ['$defs', what, 'required'])
      assert.deepEqual(needed, required)
    })
  }

  const parsed = (text: string) => {
    const read = readYaml(text)
    assert.ok(read.ok)
    return read.yaml.value
  }
  test('takes the example file', () => {
    const value = parsed(readFileSync(join(ROOT, 'examples/dev.yaml'), 'utf8'))
    assert.deepEqual([...validator.Errors(value)], [])
  })

  const SOURCE = '{ id: a, name: A, kind: node, writeKey: a-key-of-a }'
  const rows: readonly [title: string, text: string, isRight: boolean][] = [
    ['nothing', 'sources: []', true],
    [
      'a reference for a secret',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference
      'destinations: [{ id: h, kind: heap, name: H, settings: { appId: "1", apiKey: "${env:KEY}" } }]',
      true,
    ],
    ['an unknown key', 'nothing: 1', false],
    ['a source', `sources: [${SOURCE}]`, true],
    ['a kind of source that is none', `sources: [${SOURCE.replace('node', 'telepathy')}]`, false],
    ['a write key that is too short', `sources: [${SOURCE.replace('a-key-of-a', 'a')}]`, false],
    [
      'a setting of another kind',
      'destinations: [{ id: h, kind: heap, name: H, settings: { appId: "1", url: x } }]',
      false,
    ],
    ['a setting that is missing', 'destinations: [{ id: h, kind: heap, name: H, settings: {} }]', false],
    [
      'an action of another kind',
      'destinations: [{ id: h, kind: webhook, name: H, settings: { url: x }, actions: [{ action: trackEvent }] }]',
      false,
    ],
    [
      'alerts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference
      'alerts: { channels: [{ id: ops, kind: slack, url: "${env:OPS}" }], rules: { lag: false, disk: true, held: { minutes: 1 } } }',
      true,
    ],
    ['a rule that is none', 'alerts: { rules: { held: { hours: 1 } } }', false],
  ]
  for (const [title, text, isRight] of rows) {
    test(`${isRight ? 'takes' : 'refuses'} ${title}`, () =>
      assert.equal(validator.Check(parsed(text)), isRight))
  }
})
