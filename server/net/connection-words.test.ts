import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noAnswerText } from './connection-words.ts'

const rows: readonly (readonly [code: string, message: string, text: string])[] = [
  [
    'ECONNREFUSED',
    'connect ECONNREFUSED 192.0.2.1:443',
    'Nothing listens at the address: connect ECONNREFUSED 192.0.2.1:443',
  ],
  ['ECONNREFUSED', '', 'Nothing listens at the address: (ECONNREFUSED)'],
  [
    'ENOTFOUND',
    'getaddrinfo ENOTFOUND heap.example',
    'No machine of this name was found: getaddrinfo ENOTFOUND heap.example',
  ],
  ['UND_ERR_SOCKET', 'other side closed', 'The connection broke: other side closed (UND_ERR_SOCKET)'],
  [
    'UND_ERR_HEADERS_TIMEOUT',
    'Headers Timeout Error',
    'The answer did not come in time: Headers Timeout Error (UND_ERR_HEADERS_TIMEOUT)',
  ],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'self-signed certificate',
    'The certificate of the address is not trusted, or is of another: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)',
  ],
  ['E_NEW', 'something new', 'Nobody answered: something new (E_NEW)'],
]

describe('why nobody answered, in words', () => {
  for (const [code, message, text] of rows) {
    test(text, () => assert.equal(noAnswerText(code, message), text))
  }
})
