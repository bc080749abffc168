import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Exposure, exposureProblem } from './exposure.ts'

describe('the admin side may be reached', () => {
  const beyond: Exposure = { host: '0.0.0.0', url: undefined, isProtected: true, hasLogin: true }
  const rows: readonly [title: string, exposure: Exposure, problem: RegExp | undefined][] = [
    ['on this machine', { ...beyond, host: '127.0.0.1', isProtected: false, hasLogin: false }, undefined],
    ['on this machine by IPv6', { ...beyond, host: '::1', isProtected: false, hasLogin: false }, undefined],
    [
      'on this machine under a name of it',
      { ...beyond, host: 'localhost', url: 'http://localhost:4001', hasLogin: false },
      undefined,
    ],
    ['from everywhere with a login and TLS', beyond, undefined],
    ['from everywhere with a login alone', { ...beyond, isProtected: false }, /--tls-cert/],
    ['from everywhere with TLS alone', { ...beyond, hasLogin: false }, /login is off/],
    ['from a network', { ...beyond, host: '10.0.0.5', hasLogin: false }, /login is off/],
    [
      'by a name that only begins like this machine',
      { ...beyond, host: '127.evil', hasLogin: false },
      /login is off/,
    ],
    [
      'through a proxy on this machine',
      { ...beyond, host: '127.0.0.1', url: 'https://millrace.example.com', hasLogin: false },
      /login is off/,
    ],
    [
      'through a proxy on this machine, with a login',
      { ...beyond, host: '127.0.0.1', url: 'https://millrace.example.com' },
      undefined,
    ],
  ]
  for (const [title, exposure, problem] of rows) {
    test(`${title}: ${problem === undefined ? 'yes' : 'no'}`, () => {
      const found = exposureProblem(exposure)
      if (problem === undefined) assert.equal(found, undefined)
      else assert.match(found ?? '', problem)
    })
  }
})
