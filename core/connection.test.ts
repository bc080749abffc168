import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Configuration, SOURCE_KINDS, type SourceKind } from './configuration.ts'
import { checkConnections, connectionProblem } from './connection.ts'
import type { Destination } from './destination.ts'

const cloud = { mode: 'cloud', name: 'Heap' } as const
const web = { mode: 'web', name: 'Heap' } as const

describe('a connection', () => {
  for (const kind of SOURCE_KINDS) {
    test(`of a ${kind} source with a destination that the server sends to is right`, () =>
      assert.equal(connectionProblem({ kind }, cloud), undefined))
    test(`of a ${kind} source with one that pages send to is ${kind === 'javascript' ? 'right' : 'wrong'}`, () => {
      const problem = connectionProblem({ kind }, web)
      if (kind === 'javascript') assert.equal(problem, undefined)
      else
        assert.match(
          problem ?? '',
          new RegExp(`^is a source of kind ${kind}; Heap \\(Web\\) .*only javascript`),
        )
    })
  }
})

describe('a configuration from elsewhere than a file', () => {
  const catalogue = new Map([
    ['heap', cloud as unknown as Destination],
    ['heap-web', web as unknown as Destination],
  ])
  const configuration = (kind: SourceKind, destination: string, sources = ['s']): Configuration => ({
    sources: [{ id: 's', name: 'S', kind, writeKey: 'wk_12345678' }],
    instances: [
      { id: 'd', kind: destination, name: 'D', enabled: false, sources, settings: {}, subscriptions: [] },
    ],
  })

  test('is refused for a connection that cannot be, with both of its ends', () => {
    assert.throws(() => checkConnections(configuration('node', 'heap-web'), catalogue), {
      code: 'CONNECTION_INVALID',
      details: { destination: 'd', source: 's', problem: connectionProblem({ kind: 'node' }, web) ?? '' },
    })
  })
  const right = [
    ['a page and what it sends to', configuration('javascript', 'heap-web')],
    ['a server and what we send to', configuration('node', 'heap')],
    ['a source that is not there', configuration('node', 'heap-web', ['elsewhere'])],
    ['a kind that is not there', configuration('node', 'telepathy')],
  ] as const
  for (const [title, given] of right) {
    test(`is right with ${title}`, () => checkConnections(given, catalogue))
  }
})
