import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Json } from '../../core/event.ts'
import { compilePath } from '../../core/path.ts'
import { jsonLines } from './json-lines.ts'

const EVENT = { properties: { plan: 'pro', 'a.b': 1, tags: ['x'] }, ok: true, gone: null }
const open = () => true

describe('the lines of a JSON value', () => {
  test('each has its path, depth and kind', () => {
    const lines = jsonLines(EVENT, open).map(({ path, depth, kind, size }) => [path, depth, kind, size])
    assert.deepEqual(lines, [
      ['$', 0, 'object', 3],
      ['$.properties', 1, 'object', 3],
      ['$.properties.plan', 2, 'text', 0],
      ['$.properties["a.b"]', 2, 'number', 0],
      ['$.properties.tags', 2, 'list', 1],
      ['$.properties.tags[0]', 3, 'text', 0],
      ['$.ok', 1, 'boolean', 0],
      ['$.gone', 1, 'null', 0],
    ])
  })
  test('what is below a closed line is not there', () => {
    const lines = jsonLines(EVENT, (path) => path === '$').map(({ path }) => path)
    assert.deepEqual(lines, ['$', '$.properties', '$.ok', '$.gone'])
  })
  test('what is empty has nothing to open', () => {
    assert.deepEqual(
      jsonLines({ a: {}, b: [] }, open).map(({ size }) => size),
      [2, 0, 0],
    )
  })
  test('a path, put into a mapping, finds the value of its line', () => {
    const event = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 3 }))
    fc.assert(
      fc.property(event, (value) => {
        for (const { path, value: shown } of jsonLines(value as Json, open).slice(1)) {
          assert.deepEqual(compilePath(path)(value as never), shown)
        }
      }),
    )
  })
})
