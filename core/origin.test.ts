import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isOriginAllowed, originProblem } from './origin.ts'

describe('an origin that a person writes', () => {
  const right = [
    'https://example.com',
    'http://localhost:3000',
    'https://*.example.com',
    'https://*.example.com:8443',
    'https://xn--bcher-kva.example',
    'http://127.0.0.1:5173',
    'http://[::1]:5173',
    'http://example.com:443',
  ]
  for (const text of right) test(`${text} is one`, () => assert.equal(originProblem(text), undefined))
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /must be an origin/],
    ['*', /must be an origin/],
    ['null', /must be an origin/],
    ['example.com', /must be an origin/],
    ['https://', /must be an origin/],
    ['https://example.com/', /must be an origin/],
    ['https://example.com/path', /must be an origin/],
    ['https://Example.com', /must be an origin/],
    ['https://user@example.com', /must be an origin/],
    ['https://a.*.example.com', /must be an origin/],
    ['https://*example.com', /must be an origin/],
    ['https://example.*', /must be an origin/],
    ['file://example.com', /must be an origin/],
    ['https://example.com:', /must be an origin/],
    ['https://-', /must be an origin/],
    [`https://${'a'.repeat(300)}.example`, /must be an origin/],
    ['https://a..example.com', /no empty name/],
    ['https://*.com', /must name a domain/],
    ['https://example.com:443', /must not name port 443/],
    ['http://example.com:80', /must not name port 80/],
  ]
  for (const [text, problem] of wrong) {
    test(`${JSON.stringify(text.slice(0, 40))} is none`, () =>
      assert.match(originProblem(text) ?? '', problem))
  }
})

describe('a request of a page', () => {
  const origins = ['https://example.com', 'https://*.shop.example', 'http://localhost:3000']
  const rows: readonly [origin: string, isAllowed: boolean][] = [
    ['https://example.com', true],
    ['http://localhost:3000', true],
    ['https://a.shop.example', true],
    ['https://a.b.shop.example', true],
    ['http://example.com', false],
    ['https://example.com:8443', false],
    ['https://www.example.com', false],
    ['https://example.com.evil.example', false],
    ['https://shop.example', false],
    ['https://.shop.example', false],
    ['https://evilshop.example', false],
    ['https://evil.example/.shop.example', false],
    ['https://evil.example?.shop.example', false],
    ['https://evil.example#.shop.example', false],
    ['https://user@a.shop.example', false],
    ['https://a.shop.example:8443', false],
    ['http://a.shop.example', false],
    ['http://localhost:3001', false],
    ['null', false],
    ['', false],
  ]
  for (const [origin, isAllowed] of rows) {
    test(`of ${JSON.stringify(origin)} is ${isAllowed ? 'taken' : 'refused'}`, () =>
      assert.equal(isOriginAllowed(origins, origin), isAllowed))
  }
})
