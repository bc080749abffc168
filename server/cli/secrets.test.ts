import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { run } from './cli.fixtures.ts'
import { type SecretsDeps, secrets } from './secrets.ts'

const ROTATED = { before: 'aaa', after: 'bbb', resealed: 0, left: 0, file: '/etc/new.key' }

describe('millrace secrets', () => {
  const asked: unknown[] = []
  const deps = (rotated: Partial<typeof ROTATED> = {}, isBesideData = false): SecretsDeps => ({
    async status(folder) {
      asked.push(folder)
      return { key: 'aaa', from: '/etc/millrace.key', isBesideData }
    },
    async rotate(folder, options) {
      asked.push([folder, options])
      return { ...ROTATED, ...rotated }
    },
  })

  test('status tells the key, and whether it lies beside what it opens', async () => {
    const { code, out } = await run(secrets, deps(), 'status', '--data', '/srv')
    assert.deepEqual([code, out], [0, ['The secrets are sealed with the key aaa, from /etc/millrace.key.']])
    assert.equal(asked.pop(), '/srv')
    assert.match((await run(secrets, deps({}, true), 'status')).out.join('\n'), /beside the data/)
  })

  test('rotate passes on what is asked, and tells which key is needed for what', async () => {
    const { code, out, err } = await run(secrets, deps({ resealed: 7 }), 'rotate', '--reencrypt')
    assert.deepEqual([code, err], [0, []])
    assert.deepEqual(asked.pop(), [undefined, { newKeyFile: undefined, reencrypt: true }])
    assert.match(
      out.join('\n'),
      /aaa opens nothing.*bbb, in \/etc\/new\.key[\s\S]*7 texts[\s\S]*Backups from before need aaa/,
    )
    await run(secrets, deps(), 'rotate', '--new-key-file', 'k', '--data', 'd')
    assert.deepEqual(asked.pop(), ['d', { newKeyFile: 'k', reencrypt: false }])
  })

  test('rotate warns of what is still sealed with the key from before', async () => {
    const { err } = await run(secrets, deps({ left: 2 }), 'rotate', '--reencrypt')
    assert.match(err.join('\n'), /^warning: 2 texts/)
  })

  for (const args of [[], ['show'], ['status', 'x'], ['status', '--reencrypt'], ['rotate', 'x']]) {
    test(`${['secrets', ...args].join(' ')} says how it is called`, async () => {
      const before = asked.length
      const { code, err } = await run(secrets, deps(), ...args)
      assert.deepEqual([code, err, asked.length], [2, [`usage: ${secrets.usage}`], before])
    })
  }
})
