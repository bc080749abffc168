import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { docsTool } from './docs-tool.ts'
import { documentsIn } from './documents.ts'

const documents = documentsIn(join(import.meta.dirname, '../../docs'))
const read = (given: object) =>
  docsTool(documents).run(undefined as never, given) as Promise<Record<string, unknown>>

describe('the documents, as agents read them', () => {
  test('are listed by name and title', async () => {
    const { documents: list } = (await read({})) as { documents: readonly { name: string; title: string }[] }
    assert.deepEqual(
      list.find(({ name }) => name === 'agents'),
      { name: 'agents', title: 'Agents' },
    )
    assert.ok(list.every(({ title }) => title !== ''))
  })

  test('one that is long is told by its headings', async () => {
    const { text, sections } = await read({ name: 'errors' })
    assert.equal(text, undefined)
    assert.ok((sections as readonly string[]).includes('NOT_FOUND'))
  })

  test('a section ends where the next of its level begins, and a comment in code is no heading', async () => {
    const { text } = await read({ name: 'cli', section: 'the first run' })
    assert.match(String(text), /^## The first run\n/)
    assert.match(String(text), /# prints a link/)
    assert.doesNotMatch(String(text), /## Where it asks/)
  })

  const missing: readonly object[] = [
    { name: 'nothing' },
    { name: '../package' },
    { name: 'adr/0001-package-layout' },
    { name: 'errors', section: 'NO_SUCH_CODE' },
  ]
  for (const given of missing) {
    test(`${JSON.stringify(given)} is not there`, () => assert.rejects(read(given), { code: 'NOT_FOUND' }))
  }
})
