import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyText, readText, storedJson, storedText } from './text.ts'

const TEXTS: readonly (readonly [title: string, text: string])[] = [
  ['plain', 'é 日本 👩‍👩‍👧'],
  ['nothing', ''],
  ['U+0000', 'a\u0000b'],
  ['the escape itself', '\u0001'],
  ['the escape and what follows it', '\u00010 \u00011 \u0000\u0001'],
  ['what looks like one in JSON', '\\u0000 \\\\u0001'],
]
for (const [title, text] of TEXTS) {
  test(`a text comes back, and no U+0000 is stored: ${title}`, () => {
    assert.equal(storedText(text).includes('\u0000'), false)
    assert.equal(readText(storedText(text)), text)
    const { kept } = JSON.parse(storedJson({ kept: text })) as { kept: string }
    assert.equal(kept, storedText(text))
  })
}

test('half a surrogate pair is stored as U+FFFD, in JSON too', () => {
  assert.equal(storedText('\ud83d.'), '\ufffd.')
  assert.equal(storedJson(['\ud83d.']), '["\ufffd."]')
})

test('a key of a long text is short, and another one for another text', () => {
  const hash = (text: string) => String(text.length)
  assert.equal(keyText('short', hash), 'short')
  const keys = [1_000, 2_000].map((length) => keyText('x'.repeat(length), hash))
  assert.deepEqual(
    keys.map((key) => key.length),
    [205, 205],
  )
  assert.notEqual(keys[0], keys[1])
})
