import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakePage, SCRIPTS } from './testing.ts'

const rows: readonly [title: string, page: string, context: object, heap: object | undefined][] = [
  ['no Heap in the page: nothing', '', {}, undefined],
  [
    'the current library: its user and its session',
    'window.heap = { loaded: true, getUserId: () => "123", getSessionId: () => "456" }',
    {},
    { userId: '123', sessionId: '456' },
  ],
  [
    'the current library before it is there: nothing, and no call is left in its queue',
    'window.heap = { getUserId: () => { throw new Error("asked") } }',
    {},
    undefined,
  ],
  ['the classic library: its user', 'window.heap = { userId: "123" }', {}, { userId: '123' }],
  [
    'no session yet: the user alone',
    'window.heap = { loaded: true, getUserId: () => 123, getSessionId: () => undefined }',
    {},
    { userId: '123' },
  ],
  [
    'what is no id is none',
    'window.heap = { loaded: true, getUserId: () => "ada", getSessionId: () => "456" }',
    {},
    undefined,
  ],
  [
    'what a site has put there itself stays',
    'window.heap = { loaded: true, getUserId: () => "123", getSessionId: () => "456" }',
    { heap: { userId: '9' } },
    { userId: '9' },
  ],
  [
    'a Heap that throws: the event goes without',
    'window.heap = { loaded: true, getUserId: () => { throw new Error("boom") } }',
    {},
    undefined,
  ],
]
for (const [title, before, context, heap] of rows) {
  test(title, async () => {
    const page = fakePage(before)
    page.run(SCRIPTS.get('heap-session') as string)
    await page.run('library.add(millraceHeapSession({}))')
    const event = JSON.parse(page.call({ type: 'page', messageId: 'm', context }) as string)
    assert.deepEqual(event.context.heap, heap)
    assert.equal(page.tell('library.plugins[0].type'), 'enrichment')
  })
}
