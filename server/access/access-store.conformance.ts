import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { link, person, session } from './access.fixtures.ts'
import { type AccessStore, type PersonChange, SESSIONS_MAX } from './access-store.ts'

type Harness = { readonly store: AccessStore; readonly end: () => Promise<void> }

/** What every access store does. Each implementation's test file is one call to this. */
export function accessStoreConformance(name: string, makeHarness: () => Harness | Promise<Harness>): void {
  describe(`${name} is an access store`, () => {
    let harness: Harness
    let store: AccessStore
    beforeEach(async () => {
      harness = await makeHarness()
      store = harness.store
    })
    afterEach(() => harness.end())
    const withPeople = async () => {
      await store.addPerson(person('ada', { role: 'admin' }))
      await store.addPerson(person('bob'))
    }

    describe('people', () => {
      test('there is nobody at first', async () => {
        assert.deepEqual(await store.people(), [])
        assert.equal(await store.person({ id: 'ada' }), undefined)
      })

      test('gives back what it was given, by id, e-mail address and single sign-on; lists by address', async () => {
        const zoe = person('zoe', { sso: 'https://id.example 1', personal: true, loginAt_ms: 5 })
        const ada = person('ada', { role: 'admin', passwordHash: '$argon2id$', disabled: true })
        await store.addPerson(zoe)
        await store.addPerson(ada)
        assert.deepStrictEqual(await store.people(), [ada, zoe])
        assert.deepStrictEqual(await store.person({ id: 'zoe' }), zoe)
        assert.deepStrictEqual(await store.person({ email: 'ada@example.com' }), ada)
        assert.deepStrictEqual(await store.person({ sso: 'https://id.example 1' }), zoe)
        assert.equal(await store.person({ sso: 'https://id.example 2' }), undefined)
      })

      test('two have not the same address', async () => {
        await withPeople()
        const other = person('eve', { email: 'bob@example.com' })
        await assert.rejects(store.addPerson(other), { code: 'EMAIL_TAKEN' })
        await assert.rejects(store.changePerson('ada', { email: 'bob@example.com' }), { code: 'EMAIL_TAKEN' })
        assert.equal((await store.people()).length, 2)
      })

      test('changes what is given, and leaves the rest', async () => {
        await withPeople()
        const change = { role: 'editor', passwordHash: 'new', loginAt_ms: 9, sso: 'x y' } as const
        assert.deepStrictEqual(await store.changePerson('bob', change), person('bob', change))
        assert.deepStrictEqual(await store.person({ id: 'bob' }), person('bob', change))
        assert.equal(await store.changePerson('none', change), undefined)
      })

      const losses: readonly [string, PersonChange, boolean][] = [
        ['made an editor', { role: 'editor' }, true],
        ['disabled', { disabled: true }, true],
        ['renamed', { name: 'Ada' }, false],
        ['kept admin', { role: 'admin', personal: true }, false],
      ]
      for (const [what, change, isLost] of losses) {
        test(`the last admin ${isLost ? 'cannot' : 'can'} be ${what}`, async () => {
          await withPeople()
          // Disabled: no admin who can log in.
          await store.addPerson(person('old', { role: 'admin', disabled: true }))
          const changing = store.changePerson('ada', change)
          if (isLost) await assert.rejects(changing, { code: 'LAST_ADMIN' })
          else await changing
          assert.deepEqual(
            await store.person({ id: 'ada' }),
            person('ada', { role: 'admin', ...(isLost ? {} : change) }),
          )
          await store.changePerson('bob', { role: 'admin' })
          assert.deepEqual(
            await store.changePerson('ada', change),
            person('ada', { role: 'admin', ...change }),
          )
        })
      }

      test('groups of single sign-on may take the last admin', async () => {
        await withPeople()
        await store.changePerson('ada', { role: 'viewer' }, { loseLastAdmin: true })
        assert.equal((await store.person({ id: 'ada' }))?.role, 'viewer')
      })

      test('a person goes with sessions, links and codes; the last admin stays', async () => {
        await withPeople()
        await store.addSession(session('s', 'bob'))
        await store.addLink(link('l', { kind: 'reset', personId: 'bob' }))
        await store.setFactor('bob', { secret: 'sealed', codeHashes: ['c'] })
        await assert.rejects(store.removePerson('ada'), { code: 'LAST_ADMIN' })
        assert.deepEqual([await store.removePerson('bob'), await store.removePerson('bob')], [true, false])
        assert.equal(await store.session('hash of s'), undefined)
        assert.deepEqual([await store.sessions(), await store.links('reset')], [[], []])
        assert.equal(await store.recoveryCodes('bob'), 0)
      })
    })

    describe('sessions', () => {
      beforeEach(withPeople)

      test('are found by their hash, with the person as they are now', async () => {
        await store.addSession(session('s', 'bob'))
        await store.changePerson('bob', { role: 'editor' })
        const found = { session: session('s', 'bob'), person: person('bob', { role: 'editor' }) }
        assert.deepStrictEqual(await store.session('hash of s'), found)
        assert.equal(await store.session('s'), undefined)
      })

      test('are listed by their use, which is noted with the place', async () => {
        await store.addSession(session('a', 'bob', { usedAt_ms: 2_000 }))
        await store.addSession(session('b', 'bob', { usedAt_ms: 1_000 }))
        await store.addSession(session('c', 'ada'))
        await store.touchSession('hash of b', { at_ms: 3_000, address: '192.0.2.9' })
        const b = session('b', 'bob', { usedAt_ms: 3_000, address: '192.0.2.9' })
        assert.deepStrictEqual(await store.sessions('bob'), [b, session('a', 'bob', { usedAt_ms: 2_000 })])
        assert.equal((await store.sessions()).length, 3)
      })

      test('tell whether a person is known at an address', async () => {
        await store.addSession(session('a', 'bob', { address: '192.0.2.7' }))
        const rows = [
          ['bob@example.com', '192.0.2.7', true],
          ['bob@example.com', '192.0.2.8', false],
          ['ada@example.com', '192.0.2.7', false],
          ['eve@example.com', '192.0.2.7', false],
        ] as const
        for (const [email, address, isKnown] of rows)
          assert.equal(await store.knowsAddress(email, address), isKnown, `${email} ${address}`)
      })

      test('end one by one, all but one, and all; never those of others', async () => {
        for (const id of ['a', 'b', 'c']) await store.addSession(session(id, 'bob'))
        await store.addSession(session('d', 'ada'))
        assert.equal(await store.endSessions('bob', { id: 'd' }), 0)
        assert.equal(await store.endSessions('bob', { id: 'a' }), 1)
        assert.equal(await store.endSessions('bob', { butHash: 'hash of c' }), 1)
        assert.deepEqual(
          (await store.sessions('bob')).map(({ id }) => id),
          ['c'],
        )
        assert.equal(await store.endSessions('bob'), 1)
        assert.equal((await store.sessions()).length, 1)
      })

      test('end when they are old or were not used', async () => {
        await store.addSession(session('old', 'bob', { createdAt_ms: 99, usedAt_ms: 500 }))
        await store.addSession(session('idle', 'bob', { createdAt_ms: 200, usedAt_ms: 299 }))
        await store.addSession(session('well', 'bob', { createdAt_ms: 100, usedAt_ms: 300 }))
        assert.equal(await store.trimSessions({ created_ms: 100, used_ms: 300 }), 2)
        assert.deepEqual(
          (await store.sessions()).map(({ id }) => id),
          ['well'],
        )
      })

      test(`are ${SESSIONS_MAX} a person at most: the one used longest ago goes`, async () => {
        await store.addSession(session('other', 'ada', { usedAt_ms: 1 }))
        for (let n = 0; n <= SESSIONS_MAX; n++)
          await store.addSession(session(`s${n}`, 'bob', { usedAt_ms: 1_000 + n }))
        const ids = (await store.sessions('bob')).map(({ id }) => id)
        assert.deepEqual([ids.length, ids[0], ids.at(-1)], [SESSIONS_MAX, `s${SESSIONS_MAX}`, 's1'])
        assert.equal((await store.sessions('ada')).length, 1)
      })
    })

    describe('links', () => {
      test('are given to one who asks', async () => {
        await store.addLink(link('l'))
        assert.deepStrictEqual(await store.link('hash of l'), link('l'))
        const taken = await Promise.all([store.takeLink('hash of l'), store.takeLink('hash of l')])
        assert.deepStrictEqual(
          taken.filter((one) => one !== undefined),
          [link('l')],
        )
        assert.equal(await store.link('hash of l'), undefined)
      })

      test('are listed by kind, the newest first', async () => {
        await store.addLink(link('a', { createdAt_ms: 1 }))
        await store.addLink(link('b', { createdAt_ms: 2 }))
        await store.addLink(link('c', { kind: 'set-up', email: undefined }))
        assert.deepStrictEqual(await store.links('invitation'), [
          link('b', { createdAt_ms: 2 }),
          link('a', { createdAt_ms: 1 }),
        ])
      })

      const removals = [
        ['of a kind', { kind: 'set-up' }, ['a', 'b']],
        ['with an id', { id: 'a' }, ['b', 'c']],
        ['of a kind with an address', { kind: 'invitation', email: 'a@example.com' }, ['b', 'c']],
        ['with an id that is of another kind', { kind: 'invitation', id: 'c' }, ['a', 'b', 'c']],
        ['that are over', { expired_ms: 5_000 }, ['c']],
      ] as const
      for (const [which, filter, left] of removals) {
        test(`those ${which} can be removed`, async () => {
          await store.addLink(link('a'))
          await store.addLink(link('b', { expiresAt_ms: 5_000 }))
          await store.addLink(link('c', { kind: 'set-up', expiresAt_ms: 5_001 }))
          assert.equal(await store.removeLinks(filter), 3 - left.length)
          const all = [...(await store.links('invitation')), ...(await store.links('set-up'))]
          assert.deepEqual(all.map(({ id }) => id).sort(), left)
        })
      }
    })

    describe('second factors', () => {
      beforeEach(withPeople)

      test('are turned on with codes, anew, and off', async () => {
        await store.setFactor('bob', { secret: 'one', codeHashes: ['a', 'b'] })
        assert.equal((await store.person({ id: 'bob' }))?.factor, 'one')
        assert.equal(await store.recoveryCodes('bob'), 2)
        await store.setRecoveryCodes('bob', ['c'])
        assert.equal(await store.recoveryCodes('bob'), 1)
        assert.equal(await store.spendRecoveryCode('bob', 'a'), false)
        await store.setFactor('bob', undefined)
        assert.equal((await store.person({ id: 'bob' }))?.factor, undefined)
        assert.equal(await store.recoveryCodes('bob'), 0)
      })

      test('a change of the person leaves them', async () => {
        await store.setFactor('bob', { secret: 'one', codeHashes: [] })
        await store.changePerson('bob', { name: 'Bob' })
        assert.equal((await store.person({ id: 'bob' }))?.factor, 'one')
      })

      test('a recovery code is good once, for its person', async () => {
        await store.setFactor('bob', { secret: 'one', codeHashes: ['a', 'b'] })
        assert.equal(await store.spendRecoveryCode('ada', 'a'), false)
        const both = await Promise.all([
          store.spendRecoveryCode('bob', 'a'),
          store.spendRecoveryCode('bob', 'a'),
        ])
        assert.deepEqual(both.sort(), [false, true])
        assert.equal(await store.recoveryCodes('bob'), 1)
      })

      test('a step of time is good once, and none before it', async () => {
        const use = (step: number) => store.spendStep('bob', step)
        assert.deepEqual(
          [await use(100), await use(100), await use(99), await use(101)],
          [true, false, false, true],
        )
        assert.equal(await store.spendStep('none', 1), false)
      })

      test('may be asked of everybody', async () => {
        assert.equal(await store.requiresFactor(), false)
        await store.requireFactor(true)
        assert.equal(await store.requiresFactor(), true)
        await store.requireFactor(false)
        assert.equal(await store.requiresFactor(), false)
      })
    })
  })
}
