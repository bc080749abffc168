import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Resolve, sharedLookup } from './lookup.ts'

const address = (number: number): LookupAddress => ({ address: `10.0.0.${number}`, family: 4 })

/** A name server that answers when the test says so. */
function nameServer() {
  const asked: { name: string; answer: (found: LookupAddress | Error) => void }[] = []
  const resolve: Resolve = (name) =>
    new Promise((resolve, reject) => {
      asked.push({
        name,
        answer: (found) => (found instanceof Error ? reject(found) : resolve([found])),
      })
    })
  return {
    resolve,
    asked,
    names: () => asked.map(({ name }) => name),
    answer(name: string, found: LookupAddress | Error): void {
      const at = asked.findIndex((one) => one.name === name)
      asked.splice(at, 1)[0]?.answer(found)
    },
  }
}

describe('The lookup of names', () => {
  test('asks for a name once, however many want it', async () => {
    const server = nameServer()
    const find = promisify(sharedLookup(server.resolve))
    const found = Promise.all([find('a', { all: true }), find('a', { all: true })])
    await setImmediate()
    assert.deepEqual(server.names(), ['a'])
    server.answer('a', address(1))
    assert.deepEqual(await found, [[address(1)], [address(1)]])
  })

  test('asks for two names at a time; the others wait in order', async () => {
    const server = nameServer()
    const find = promisify(sharedLookup(server.resolve))
    const found = ['a', 'b', 'c', 'd'].map((name) => find(name, {}))
    await setImmediate()
    assert.deepEqual(server.names(), ['a', 'b'])
    server.answer('b', address(2))
    await setImmediate()
    assert.deepEqual(server.names(), ['a', 'c'])
    for (const name of ['a', 'c']) server.answer(name, address(1))
    await setImmediate()
    server.answer('d', address(4))
    await Promise.all(found)
  })

  test('takes the last answer when names that hang leave no room, or when this one hangs', async () => {
    const server = nameServer()
    const find = promisify(sharedLookup(server.resolve, 1))
    const first = find('good', { all: true })
    await setImmediate()
    server.answer('good', address(7))
    await first
    const hanging = [find('hangs', {}), find('hangs too', {})]
    await setImmediate()
    assert.deepEqual(await find('good', { all: true }), [address(7)])
    server.answer('hangs', new Error('gone'))
    server.answer('hangs too', new Error('gone'))
    await Promise.allSettled(hanging)
    await setImmediate()
    server.answer('good', address(8))
    await setImmediate()
    const last = find('good', { all: true })
    await setImmediate()
    assert.deepEqual(await last, [address(8)])
    server.answer('good', address(8))
  })

  test('passes an error on, and asks again the next time', async () => {
    const server = nameServer()
    const find = promisify(sharedLookup(server.resolve))
    const failed = find('a', {})
    await setImmediate()
    server.answer('a', new Error('ENOTFOUND'))
    await assert.rejects(failed, /ENOTFOUND/)
    const again = find('a', {})
    await setImmediate()
    server.answer('a', address(3))
    assert.equal(await again, '10.0.0.3')
  })
})
