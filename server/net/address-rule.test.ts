import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { addressProblem } from './address-problem.ts'
import { addressRule, isNetwork } from './address-rule.ts'

/** The first and the last of every range of the registries of special addresses, and forms of them. */
const SPECIAL = [
  ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
  ...['127.0.0.0', '127.0.0.1', '127.255.255.255', '169.254.0.0', '169.254.169.254', '169.254.255.255'],
  ...['172.16.0.0', '172.31.255.255', '192.0.0.0', '192.0.0.170', '192.0.0.255', '192.0.2.0', '192.0.2.255'],
  ...['192.31.196.0', '192.52.193.0', '192.88.99.0', '192.168.0.0', '192.168.255.255', '192.175.48.0'],
  ...['198.18.0.0', '198.19.255.255', '198.51.100.0', '198.51.100.255', '203.0.113.0', '203.0.113.255'],
  ...['224.0.0.0', '239.255.255.255', '240.0.0.0', '255.255.255.254', '255.255.255.255'],
  ...['::', '::1', '::7f00:1', '::10.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1'],
  ...['::ffff:169.254.169.254', '::ffff:0:127.0.0.1', '64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe'],
  ...['64:ff9b:1::1', '100::', '100::ffff', '2001::', '2001:0:7f00:1::', '2001:1ff:ffff::', '2001:2::'],
  ...['2001:10::', '2001:20::', '2001:db8::', '2001:db8:ffff::', '2002::', '2002:7f00:1::', '2620:4f:8000::'],
  ...['3fff::', '3fff:fff::', '5f00::', 'fc00::', 'fd00:ec2::254', 'fdff::', 'fe80::1', 'febf::', 'fec0::'],
  ...['ff02::1', 'ff0e::1', '4000::1', '8000::', '1::'],
]
/** Their neighbours, and addresses of the internet. */
const PUBLIC = [
  ...['1.0.0.0', '1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255'],
  ...['192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255', '8.8.8.8', '::ffff:8.8.8.8'],
  ...['64:ff9b::8.8.8.8', '2001:4860:4860::8888', '2606:4700::1111', '2a00:1450:4001::', '2001:200::'],
]

describe('an address', () => {
  const rule = addressRule([])
  for (const address of SPECIAL) {
    test(`${address} may not be reached`, () => assert.notEqual(rule.problem(address), undefined))
  }
  for (const address of PUBLIC) {
    test(`${address} may be reached`, () => assert.equal(rule.problem(address), undefined))
  }
  test('is said to be of its kind', () => {
    assert.equal(rule.problem('10.1.2.3'), 'a private network')
    assert.equal(rule.problem('169.254.169.254'), 'the local link, where clouds keep their metadata')
    assert.equal(rule.problem('::1'), 'this machine itself')
    assert.equal(rule.problem('example.com'), 'no address')
  })
})

describe('an operator allows', () => {
  const rows: readonly [allowed: string, address: string, isReached: boolean][] = [
    ['loopback', '127.0.0.1', true],
    ['loopback', '127.8.8.8', true],
    ['loopback', '::1', true],
    ['loopback', '::ffff:127.0.0.1', true],
    ['loopback', '0.0.0.0', false],
    ['loopback', '10.0.0.1', false],
    ['10.0.0.0/8', '10.200.0.1', true],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', true], // of the internet anyway
    ['10.0.0.0/8', '192.168.0.1', false],
    ['192.168.7.9', '192.168.7.9', true],
    ['192.168.7.9', '192.168.7.10', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['fd12::1', 'fd12::1', true],
    ['hooks.internal', '10.0.0.1', false],
  ]
  for (const [allowed, address, isReached] of rows) {
    test(`${allowed}: ${address} is ${isReached ? 'reached' : 'not reached'}`, () => {
      assert.equal(addressRule([allowed]).problem(address) === undefined, isReached)
    })
  }
  test('names, whatever their case and with a dot at the end', () => {
    const rule = addressRule(['Hooks.Internal', '10.0.0.0/8'])
    assert.deepEqual(
      ['hooks.internal', 'HOOKS.internal.', 'a.hooks.internal', '10.0.0.0/8'].map(rule.isAllowedName),
      [true, true, false, false],
    )
    assert.deepEqual(['10.0.0.0/8', '::1', '10.0.0.1', '10', 'cafe', 'hooks.internal'].map(isNetwork), [
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })
})

describe('what a person writes as the address of a receiver', () => {
  const here = 'this machine itself'
  const rows: readonly [url: string, problem: string | undefined][] = [
    ['https://example.com/hook', undefined],
    ['https://8.8.8.8/', undefined],
    ['http://127.0.0.1:4001/admin/v1/status', here],
    ['http://127.1/', here],
    ['http://2130706433/', here],
    ['http://0x7f000001/', here],
    ['http://0x7f.0.0.1/', here],
    ['http://0177.0.0.1/', here],
    ['http://017700000001/', here],
    ['http://①②⑦.0.0.1/', here],
    ['http://%31%32%37.0.0.1/', here],
    ['http://127.0.0.1./', here],
    ['http://[::1]/', here],
    ['http://[::ffff:127.0.0.1]/', here],
    ['http://[::ffff:7f00:1]/', here],
    ['http://[0:0:0:0:0:ffff:127.0.0.1]/', here],
    ['http://0/', here],
    ['http://localhost:4001/', here],
    ['http://LOCALHOST./', here],
    ['http://x.localhost/', here],
    ['http://user@127.0.0.1/', here],
    ['http://169.254.169.254/latest/meta-data/', 'the local link, where clouds keep their metadata'],
    ['http://[fd00:ec2::254]/', 'a private network'],
    ['http://3232235777/', 'a private network'],
    ['http://notlocalhost/', undefined],
    ['not an address', undefined],
  ]
  for (const [url, problem] of rows) {
    test(`${url}: ${problem ?? 'fine'}`, () => assert.equal(addressProblem(addressRule([]), url), problem))
  }
  test('may be this machine where the operator allows it', () => {
    const rule = addressRule(['loopback', 'hooks.internal'])
    for (const url of ['http://localhost/', 'http://127.0.0.1/', 'http://[::1]/', 'http://hooks.internal/']) {
      assert.equal(addressProblem(rule, url), undefined)
    }
  })
})
