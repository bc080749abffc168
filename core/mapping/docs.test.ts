import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import type { Json, JsonObject } from '../event.ts'
import { deepFreeze, trackEvent } from '../testing.ts'
import { checkMapping } from './check.ts'
import { compileMapping } from './compile.ts'
import { liquid } from './liquid.ts'
import type { Mapping } from './mapping.ts'

const FILE = join(import.meta.dirname, '../../docs/mappings.md')
const text = readFileSync(FILE, 'utf8')

/** The examples of docs/mappings.md, each with the heading above it. */
const examples = [...text.matchAll(/^```yaml example\n(.*?)^```$/gms)].map((match) => ({
  heading: [...text.slice(0, match.index).matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? '',
  yaml: match[1] ?? '',
}))

describe('docs/mappings.md', () => {
  for (const { heading, yaml } of examples) {
    test(`the example of ${heading}`, () => {
      const { event, mapping, gives, ...rest } = parse(yaml) as { event: JsonObject } & Record<string, Json>
      assert.deepEqual(Object.keys(rest), [])
      assert.deepEqual(checkMapping(mapping as Mapping, { liquid }), [])
      const apply = compileMapping(deepFreeze(mapping) as Mapping, { liquid })
      assert.deepEqual(apply(deepFreeze(trackEvent(event))), { values: gives, problems: [] })
    })
  }

  test('has an example of each directive that it describes', () => {
    const described = [...text.matchAll(/^### (.*)$/gm)].flatMap((match) => (match[1] ?? '').split(', '))
    assert.ok(described.length >= 20, described.join())
    for (const directive of described) {
      assert.match(directive, /^@\w+$/)
      assert.ok(
        examples.some(({ yaml }) => new RegExp(`"${directive}"`).test(yaml)),
        `no example of ${directive}`,
      )
    }
  })

  test('begins with an example that is right', () => {
    const mapping = JSON.parse(/^```json\n(.*?)^```$/ms.exec(text)?.[1] ?? '') as Mapping
    assert.deepEqual(checkMapping(mapping), [])
    const event = trackEvent({
      event: 'Order Completed',
      context: { campaign: { name: 'spring' } },
      properties: { brand: 'Volvo', model: '740' },
    })
    assert.deepEqual(compileMapping(mapping)(event), {
      values: {
        event: 'Order Completed',
        properties: { name: 'spring', brand: 'Volvo', model: '740' },
        label: 'Volvo 740',
      },
      problems: [],
    })
  })
})
