import assert from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { test } from 'node:test'
import { groupsOf } from './places.ts'

const documents = globSync('docs/**/*.md').toSorted()
const places = groupsOf(documents).flatMap((group) => group.places)

test('every document of docs/ has its place in the site', () => {
  const placed = new Set(places.map(({ from }) => from))
  const missing = documents.filter((from) => !placed.has(from))
  assert.deepEqual(missing, [], 'Name it under its theme in site/places.ts.')
})

test('every place has its document, and an address of its own', () => {
  assert.deepEqual(
    places.filter(({ from }) => !existsSync(from)).map(({ from }) => from),
    [],
  )
  assert.equal(new Set(places.map(({ to }) => to)).size, places.length)
})

test('an error code and a decision stand where links of the pages lead', () => {
  const addressOf = (wanted: string) => places.find(({ from }) => from === wanted)?.to
  assert.equal(addressOf('docs/errors.md'), 'errors')
  assert.equal(addressOf('docs/triggers.md'), 'triggers')
  assert.equal(addressOf('docs/adr/0001-package-layout.md'), 'decisions/0001-package-layout')
})
