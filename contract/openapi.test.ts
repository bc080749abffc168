import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openapi } from './openapi.ts'
import { ROUTES } from './routes.ts'

type Operation = {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly responses: Readonly<Record<string, { readonly content: object }>>
}
const document = openapi(ROUTES, '1.2.3') as {
  readonly openapi: string
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
const operations = Object.values(document.paths).flatMap((path) => Object.values(path))

test('has an operation for every route, each under a name of its own', () => {
  assert.deepEqual([document.openapi, document.info.version], ['3.1.0', '1.2.3'])
  assert.equal(operations.length, Object.keys(ROUTES).length)
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
})

test('describes what stands in the address and behind it', () => {
  const operation = document.paths['/admin/v1/sources/{id}/schema']?.['get']
  assert.equal(operation?.operationId, 'getSourcesIdSchema')
  assert.deepEqual(
    operation?.parameters.map(({ name, in: place, required }) => [name, place, required]),
    [
      ['id', 'path', true],
      ['event', 'query', false],
      ['type', 'query', false],
    ],
  )
})

test('answers are JSON, live ones a stream', () => {
  const contentOf = (path: string) =>
    Object.keys(document.paths[path]?.['get']?.responses['200']?.content ?? {})
  assert.deepEqual(contentOf('/admin/v1/status'), ['application/json'])
  assert.deepEqual(contentOf('/admin/v1/live'), ['text/event-stream'])
})

test('is plain JSON', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(document)), JSON.parse(JSON.stringify(openapi(ROUTES, '1.2.3'))))
})
