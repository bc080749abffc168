import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pathText, problemText } from './problem.ts'

describe('a problem as a line of text', () => {
  test('says where in the file, where in the configuration, and what', () => {
    const problem = { line: 12, column: 9, at: 'destinations[0].settings.appId', problem: 'is missing' }
    assert.equal(
      problemText(problem, 'millrace.yaml'),
      'millrace.yaml:12:9 destinations[0].settings.appId: is missing',
    )
  })

  test('about the whole file has no place in the configuration', () => {
    const problem = { line: 1, column: 1, at: '', problem: 'the file is empty' }
    assert.equal(problemText(problem, 'a.yaml'), 'a.yaml:1:1 the file is empty')
  })
})

describe('a path as text', () => {
  const rows = [
    [[], ''],
    [['sources'], 'sources'],
    [['destinations', 0, 'settings', 'appId'], 'destinations[0].settings.appId'],
    [['mapping', '@path', 'with-dash'], 'mapping.@path.with-dash'],
    [['mapping', 'a.b', 'say "x"', ''], 'mapping["a.b"]["say \\"x\\""][""]'],
  ] as const
  for (const [path, text] of rows) test(text || 'nothing', () => assert.equal(pathText(path), text))
})
