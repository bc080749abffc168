import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { own, setOwn } from './own.ts'

describe('own', () => {
  const held = JSON.parse('{"a": 1, "nothing": null, "__proto__": "held"}')
  const rows: readonly [title: string, value: unknown, key: string, is: unknown][] = [
    ['a property', held, 'a', 1],
    ['null is a value', held, 'nothing', null],
    ['one that is not there', held, 'b', undefined],
    ['what is inherited', held, 'toString', undefined],
    ['its own __proto__', held, '__proto__', 'held'],
    ['the __proto__ of every object', {}, '__proto__', undefined],
    ['an item of a list', ['x'], '0', 'x'],
    ['a character of a text', 'x', '0', undefined],
    ['of null', null, 'a', undefined],
    ['of undefined', undefined, 'a', undefined],
  ]
  for (const [title, value, key, is] of rows) test(title, () => assert.equal(own(value, key), is))
})

test('setOwn sets any key as a property of the object itself, again and again', () => {
  const object: Record<string, number> = {}
  for (const key of ['a', '__proto__', 'constructor', '']) {
    setOwn(object, key, 1)
    setOwn(object, key, 2)
  }
  assert.deepEqual(Object.entries(object), [
    ['a', 2],
    ['__proto__', 2],
    ['constructor', 2],
    ['', 2],
  ])
  assert.equal(Object.getPrototypeOf(object), Object.prototype)
})
