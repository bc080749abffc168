import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { curlText } from './curl.ts'

const REQUEST = { method: 'POST', url: 'https://heap.example/api/track', headers: {}, body: '' }

describe('A request as curl', () => {
  test('stands on lines of its own', () => {
    const text = curlText({ ...REQUEST, headers: { 'content-type': 'application/json' }, body: '{"a":1}' })
    assert.equal(
      text,
      "curl -X POST 'https://heap.example/api/track' \\\n  -H 'content-type: application/json' \\\n  -d '{\"a\":1}'",
    )
  })

  test('without a body has none', () => {
    assert.equal(curlText(REQUEST), "curl -X POST 'https://heap.example/api/track'")
  })

  test('has a placeholder where a secret was', () => {
    const headers = { authorization: 'Basic ***', 'x-signature': 'sha256=***' }
    const text = curlText({ ...REQUEST, headers })
    assert.match(text, /'authorization: Basic YOUR_AUTHORIZATION'/)
    assert.match(text, /'x-signature: sha256=YOUR_X_SIGNATURE'/)
  })

  test('reaches the command as it was, whatever stands in it', () => {
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(texts, (body) => {
        const script = curlText({ ...REQUEST, body: `x${body}` }).replace(/^curl/, 'printf "%s\\n" ')
        const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
        assert.equal(printed, `-X\nPOST\n${REQUEST.url}\n-d\nx${body}\n`)
      }),
      { numRuns: 50 },
    )
  })
})
