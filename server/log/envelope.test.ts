import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry } from '../../core/event.ts'
import { chunkText, entryText, readEnvelope, readEnvelopes } from './envelope.ts'
import type { Chunk } from './log.ts'

const TRICKY = [
  'plain',
  'a line\nand ",\n" another',
  '"},{"kind":"event"',
  'back\\slash\\',
  'ä😀\u2028',
  '',
] as const

function entry(event: string): Entry {
  const receivedAt = '2026-01-01T00:00:00.000Z'
  const properties = { list: [{ kind: event }, { kind: 'event' }], text: `],\n[${event}` }
  return {
    ...{ kind: 'event', sourceId: 'app', receivedAt },
    event: { type: 'track', messageId: event, event, timestamp: receivedAt, properties },
  }
}

function chunkOf(texts: readonly string[], text: string): Chunk {
  return { lane: 2, chunk: 7, count: texts.length, at_ms: 0, text }
}

describe('an entry read alone is the one that reading all of its chunk gives', () => {
  const texts = TRICKY.map((event) => entryText(entry(event)))
  const cases: readonly { readonly title: string; readonly chunk: Chunk }[] = [
    { title: 'in a chunk with an entry a line', chunk: chunkOf(texts, chunkText(texts)) },
    { title: 'in a chunk of an older version, which is one line', chunk: chunkOf(texts, `[${texts}]`) },
    { title: 'in a chunk of one entry', chunk: chunkOf(texts.slice(0, 1), chunkText(texts.slice(0, 1))) },
  ]
  for (const { title, chunk } of cases) {
    test(title, () => {
      const all = readEnvelopes(chunk)
      for (let index = 0; index <= chunk.count; index++) {
        assert.deepEqual(readEnvelope(chunk, index), all[index])
      }
    })
  }

  test('and the others are not read for it', () => {
    const broken = [entryText(entry('before')), 'no JSON', entryText(entry('after'))]
    const chunk = chunkOf(broken, chunkText(broken))
    const of = (index: number) => (readEnvelope(chunk, index) as { event: { messageId: string } }).event
    assert.deepEqual([of(0).messageId, of(2).messageId], ['before', 'after'])
  })
})
