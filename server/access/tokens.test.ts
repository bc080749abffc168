import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Caller } from '../admin/router.ts'
import { openAccessDb } from './access-db.ts'
import { newToken } from './token-text.ts'
import { type Maker, type NewToken, TOKENS_MAX, type Tokens, tokens } from './tokens.ts'

const DAY_MS = 86_400_000
const MACHINE: Caller = { name: 'this machine', via: 'machine', role: 'admin', personal: true }
const ADMIN: Caller = { name: 'ada', via: 'session', id: 'ada', role: 'admin', personal: true }
const EDITOR: Caller = { name: 'bob', via: 'session', id: 'bob', role: 'editor', personal: true }
const VIEWER: Caller = { name: 'cy', via: 'session', id: 'cy', role: 'viewer', personal: false }

function world(use: (world: World) => Promise<void>) {
  return async () => {
    const db = openAccessDb(':memory:')
    const people = new Map<string, Maker>(
      [ADMIN, EDITOR, VIEWER].map(({ id = '', role, personal }) => [id, { role, personal, disabled: false }]),
    )
    let now_ms = 0
    const known = tokens(db, {
      now_ms: () => now_ms,
      maker: async (id) => people.get(id),
      onFault: assert.ifError,
    })
    await use({
      ...{ tokens: known, people },
      at: (ms) => {
        now_ms = ms
      },
    }).finally(db.close)
  }
}
type World = {
  readonly tokens: Tokens
  readonly people: Map<string, Maker>
  readonly at: (ms: number) => void
}

const VIEW: NewToken = { name: 'ci', role: 'viewer' }

describe('API tokens', () => {
  const allowed: readonly [by: Caller, asked: NewToken][] = [
    [MACHINE, { name: 'ci', role: 'admin', personal: true, expires_days: null }],
    [ADMIN, { name: 'ci', role: 'admin', personal: true, expires_days: null }],
    [EDITOR, { name: 'ci', role: 'editor', personal: true }],
    [EDITOR, { name: 'ci', role: 'viewer', expires_days: 365 }],
    [VIEWER, { name: 'ci', role: 'viewer' }],
  ]
  for (const [by, asked] of allowed) {
    test(
      `${by.role} by ${by.via} may make ${JSON.stringify(asked)}`,
      world(async (it) => {
        const { text, row } = await it.tokens.make(asked, by)
        const { role, personal = false } = asked
        const found = { name: 'ci', via: 'token', id: row.id, role, personal }
        assert.deepEqual(rightsOf(await it.tokens.find(text)), found)
      }),
    )
  }

  const tooMuch: readonly [by: Caller, asked: NewToken][] = [
    [EDITOR, { name: 'ci', role: 'admin' }],
    [EDITOR, { name: 'ci', role: 'viewer', expires_days: null }],
    [VIEWER, { name: 'ci', role: 'editor' }],
    [VIEWER, { name: 'ci', role: 'viewer', personal: true }],
    [{ ...ADMIN, via: 'token', id: 't' }, VIEW],
  ]
  for (const [by, asked] of tooMuch) {
    test(
      `${by.role} by ${by.via} may not make ${JSON.stringify(asked)}`,
      world(async (it) => {
        await assert.rejects(it.tokens.make(asked, by), { code: 'TOKEN_TOO_MUCH' })
        assert.deepEqual(await it.tokens.list(), [])
      }),
    )
  }

  const later: readonly [what: string, change: (it: World) => void, becomes: Partial<Caller> | string][] = [
    ['demoted', ({ people }) => people.set('ada', viewer()), { role: 'viewer', personal: true }],
    [
      'kept from personal values',
      ({ people }) => people.set('ada', { ...viewer(), personal: false }),
      { personal: false },
    ],
    ['disabled', ({ people }) => people.set('ada', { ...viewer(), disabled: true }), 'TOKEN_INVALID'],
    ['removed', ({ people }) => people.delete('ada'), 'TOKEN_INVALID'],
  ]
  for (const [what, change, becomes] of later) {
    test(
      `a token of somebody who is ${what} follows at once`,
      world(async (it) => {
        const { text } = await it.tokens.make({ name: 'ci', role: 'editor', personal: true }, ADMIN)
        const { holds } = await it.tokens.find(text)
        assert.equal(await holds?.(), true)
        change(it)
        assert.equal(await holds?.(), false)
        if (typeof becomes === 'string') await assert.rejects(it.tokens.find(text), { code: becomes })
        else assert.partialDeepStrictEqual(await it.tokens.find(text), becomes)
      }),
    )
  }

  test(
    'a promotion gives a token no more than it was made for',
    world(async ({ tokens: known, people }) => {
      const { text } = await known.make(VIEW, VIEWER)
      people.set('cy', { role: 'admin', personal: true, disabled: false })
      const { role, personal } = await known.find(text)
      assert.deepEqual([role, personal], ['viewer', false])
    }),
  )

  test(
    'expires, after 90 days when nothing is said, to the millisecond',
    world(async ({ tokens: known, at }) => {
      const { text } = await known.make(VIEW, ADMIN)
      at(90 * DAY_MS - 1)
      await known.find(text)
      at(90 * DAY_MS)
      await assert.rejects(known.find(text), { code: 'TOKEN_EXPIRED' })
    }),
  )

  test(
    'is good no more once it is revoked, and stays revoked from then',
    world(async ({ tokens: known, at }) => {
      const { text, row } = await known.make(VIEW, ADMIN)
      at(5)
      assert.equal((await known.revoke(row.id))?.revoked_ms, 5)
      at(6)
      assert.equal((await known.revoke(row.id))?.revoked_ms, 5)
      await assert.rejects(known.find(text), { code: 'TOKEN_INVALID' })
      assert.equal(await known.revoke('none'), undefined)
    }),
  )

  test(
    'what is no token, or none of ours, is invalid',
    world(async ({ tokens: known }) => {
      for (const text of ['', 'mr_', newToken()]) {
        await assert.rejects(known.find(text), { code: 'TOKEN_INVALID' }, text)
      }
    }),
  )

  test(
    'is kept as a hash alone',
    world(async ({ tokens: known }) => {
      const { text } = await known.make(VIEW, ADMIN)
      assert.ok(!JSON.stringify(await known.list()).includes(text.slice(10)))
    }),
  )

  test(
    'knows when it was last used, to the minute',
    world(async ({ tokens: known, at }) => {
      const { text } = await known.make(VIEW, ADMIN)
      const usedAt = async (ms: number) => {
        at(ms)
        await known.find(text)
        return (await known.list())[0]?.used_ms
      }
      assert.deepEqual([await usedAt(1), await usedAt(60_000), await usedAt(60_001)], [1, 1, 60_001])
    }),
  )

  test(
    'there are so many at most; those that ended long ago go, and are counted no more',
    world(async ({ tokens: known, at }) => {
      for (let n = 0; n < TOKENS_MAX; n += 1) await known.make({ ...VIEW, expires_days: 1 }, ADMIN)
      await assert.rejects(known.make(VIEW, ADMIN), { code: 'QUERY_INVALID' })
      at(DAY_MS)
      await known.make(VIEW, ADMIN)
      assert.equal((await known.list()).length, TOKENS_MAX + 1)
      at(92 * DAY_MS)
      await known.make(VIEW, ADMIN)
      assert.equal((await known.list()).length, 2)
    }),
  )
})

function rightsOf({ holds: _, ...caller }: Caller): Caller {
  return caller
}

function viewer(): Maker {
  return { role: 'viewer', personal: true, disabled: false }
}
