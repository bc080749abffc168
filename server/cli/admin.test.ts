import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { type AdminDeps, admin } from './admin.ts'
import { run } from './cli.fixtures.ts'

const ADA = {
  email: 'ada@example.com',
  name: 'Ada',
  role: 'admin',
  disabled: false,
  hasFactor: true,
  loginAt_ms: 0,
}
const BOB = {
  email: 'bob@example.com',
  name: 'Bob',
  role: 'viewer',
  disabled: true,
  hasFactor: false,
  loginAt_ms: undefined,
}

function makeDeps(people = [ADA, BOB]) {
  const asked: unknown[] = []
  const deps: AdminDeps = {
    async list(flags) {
      asked.push(['list', flags])
      return people as Awaited<ReturnType<AdminDeps['list']>>
    },
    async reset(flags, email) {
      asked.push(['reset', flags, email])
      if (email === 'eve@example.com') throw new AppError('NOT_FOUND', { person: email })
      return { url: 'http://127.0.0.1:4001/link#token', expiresAt_ms: 0 }
    },
  }
  return { deps, asked }
}

describe('millrace admin', () => {
  test('lists people and what they may', async () => {
    const { deps, asked } = makeDeps()
    assert.deepEqual(await run(admin, deps, 'list', '--data', 'folder'), {
      code: 0,
      out: [
        'ada@example.com  Ada  admin, second factor, last login 1970-01-01T00:00:00.000Z',
        'bob@example.com  Bob  viewer, disabled, never logged in',
      ],
      err: [],
    })
    assert.deepEqual(asked, [['list', { data: 'folder' }]])
  })

  test('says when there is nobody', async () => {
    assert.deepEqual((await run(admin, makeDeps([]).deps, 'list')).out, ['Nobody can log in yet.'])
  })

  test('prints a link that makes an admin', async () => {
    const { deps, asked } = makeDeps()
    const { code, out } = await run(admin, deps, 'reset', '--admin-port', '4001')
    assert.deepEqual(
      [code, out[0], out.at(-1)],
      [0, 'This link makes an admin.', 'http://127.0.0.1:4001/link#token'],
    )
    assert.deepEqual(asked, [['reset', { 'admin-port': '4001' }, undefined]])
  })

  test('prints a link by which a person comes in again', async () => {
    const { deps, asked } = makeDeps()
    const { out } = await run(admin, deps, 'reset', '--email', 'ada@example.com')
    assert.match(
      out[0] ?? '',
      /^By this link ada@example\.com sets a new password, and the second factor is off\.$/,
    )
    assert.deepEqual(asked, [['reset', {}, 'ada@example.com']])
  })

  test('knows only those who are there', async () => {
    await assert.rejects(run(admin, makeDeps().deps, 'reset', '--email', 'eve@example.com'), {
      code: 'NOT_FOUND',
    })
  })

  for (const args of [
    [],
    ['remove'],
    ['list', 'all'],
    ['list', '--email', 'a@b'],
    ['reset', 'ada@example.com'],
  ]) {
    test(`"${args.join(' ')}" is no call`, async () => {
      const { code, out, err } = await run(admin, makeDeps().deps, ...args)
      assert.deepEqual([code, out, err], [2, [], [`usage: ${admin.usage}`]])
    })
  }
})
