import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import type { SpecEvent } from '../../core/event.ts'
import { TRANSFORM_EXAMPLES } from '../../core/transform/examples.ts'
import type { Transformed, Transforms } from '../../core/transform/transform.ts'
import { quickjsTransforms } from './quickjs.ts'

const DOCUMENT = new URL('../../docs/transformations.md', import.meta.url)
const EVENT = {
  ...{ type: 'track', event: 'Order Completed', messageId: 'm-1', userId: 'ada' },
  timestamp: '2026-11-29T12:00:00.000Z',
  properties: { price: 2, quantity: 3, prise: 5, email: ' Ada@Example.com' },
}

let transforms: Transforms
before(async () => {
  transforms = await quickjsTransforms()
})

function run(text: string, event = EVENT as SpecEvent): Transformed {
  const compiled = transforms.compile(text)
  const made = compiled.run(event)
  compiled.dispose()
  return made
}
const propertiesOf = (made: Transformed) =>
  made.status === 'changed' && 'properties' in made.event ? made.event.properties : made

describe('an example that the pages offer', () => {
  const rows: Readonly<Record<string, object>> = {
    'Rename a property': { price: 5, quantity: 3, email: ' Ada@Example.com' },
    'Compute a total': { ...EVENT.properties, total: 6 },
    'Drop test users': { ...EVENT.properties },
    'Lower-case the e-mail': { ...EVENT.properties, email: 'ada@example.com' },
  }
  for (const { label, text } of TRANSFORM_EXAMPLES) {
    test(`does what it is called: ${label}`, () => assert.deepEqual(propertiesOf(run(text)), rows[label]))
    test(`takes an event without anything: ${label}`, () => {
      const { properties: _, ...bare } = { ...EVENT, type: 'page' as const, event: undefined }
      assert.notEqual(run(text, JSON.parse(JSON.stringify(bare))).status, 'failed')
    })
  }
  test('drops whom it is to drop', () => {
    const text = TRANSFORM_EXAMPLES.find(({ label }) => label === 'Drop test users')?.text ?? ''
    const event = { ...EVENT, properties: { email: 'test@example.com' } } as SpecEvent
    assert.deepEqual(run(text, event), { status: 'dropped' })
  })
})

describe('the document', () => {
  const texts = [...readFileSync(DOCUMENT, 'utf8').matchAll(/```js\n(.*?)```/gs)].map(([, text = '']) => text)
  test('has examples', () => assert.ok(texts.length > 0))
  for (const text of texts) {
    test(`has an example that runs: ${text.split('\n')[1]?.trim()}`, () => {
      assert.notEqual(run(text).status, 'failed')
    })
  }
})
