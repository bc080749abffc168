import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ROUTES } from '../../contract/routes.ts'
import { whatWords } from './what-words.ts'

describe('What the audit log notes has words', () => {
  for (const [name, route] of Object.entries(ROUTES)) {
    const isNoted = !name.startsWith('GET ') && !['nobody', 'view'].includes(route.needs)
    if (!isNoted) continue
    test(name, () => assert.doesNotMatch(whatWords(name), /admin\/v1/))
  }
})

const rows: readonly (readonly [what: string, words: string])[] = [
  ['PATCH /admin/v1/sources/:id', 'changed a source'],
  ['DELETE /admin/v1/destinations/:id/actions/:action', 'removed an action'],
  ['POST /admin/v1/sources/:id/write-keys', 'made a write key'],
  ['login.failed', 'failed to log in'],
  ['something.new', 'something.new'],
]
for (const [what, words] of rows) test(`${what} is “${words}”`, () => assert.equal(whatWords(what), words))
