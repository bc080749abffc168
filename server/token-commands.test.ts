import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { openAccessDb } from './access/access-db.ts'
import { auditLog } from './access/audit.ts'
import { tokens } from './access/tokens.ts'
import { audit } from './cli/audit.ts'
import { inFolder, run } from './cli/cli.fixtures.ts'
import { token } from './cli/token.ts'
import { auditCommands, tokenCommands } from './token-commands.ts'

const now_ms = Date.now

/** What a server that uses the same folder knows of a token. */
async function found(data: string, text: string) {
  const db = openAccessDb(join(data, 'access.db'))
  const deps = { now_ms, maker: async () => undefined, onFault: assert.ifError }
  return tokens(db, deps)
    .find(text)
    .finally(() => db.close())
}
async function noted(data: string) {
  const db = openAccessDb(join(data, 'access.db'))
  const rows = await auditLog(db, { now_ms, onFault: assert.ifError }).list({}, { count_max: 10 })
  await db.close()
  return rows.map(({ what, who, outcome }) => `${what} ${who} ${outcome}`)
}

describe('millrace token', () => {
  test('makes a token that the server takes, and prints nothing else to the output', () =>
    inFolder(async (data) => {
      const asked = ['create', '--name', 'ci', '--role', 'editor', '--personal', '--data', data]
      const { code, out, err } = await run(token, tokenCommands, ...asked)
      assert.deepEqual([code, out.length], [0, 1])
      assert.match(err.join(), /^Token \S+\. It is shown this once/)
      const { name, role, personal } = await found(data, out[0] ?? '')
      assert.deepEqual([name, role, personal], ['ci', 'editor', true])
      assert.deepEqual(await noted(data), ['token.create the command line ok'])
    }))

  test('lists them without what they are, and revokes one', () =>
    inFolder(async (data) => {
      const made = await run(
        token,
        tokenCommands,
        'create',
        '--name',
        'ci',
        '--days',
        'never',
        '--data',
        data,
      )
      const text = made.out[0] ?? ''
      const listed = await run(token, tokenCommands, 'list', '--data', data)
      assert.match(listed.out.join(), /^\S+ {2}mr_\w{6}… {2}ci {2}viewer, active, never expires, never used$/)
      assert.ok(!listed.out.join().includes(text))
      const id = listed.out[0]?.split(' ')[0] ?? ''
      assert.equal((await run(token, tokenCommands, 'revoke', id, '--data', data)).code, 0)
      await assert.rejects(found(data, text), { code: 'TOKEN_INVALID' })
      assert.equal((await noted(data))[0], 'token.revoke the command line ok')
      await assert.rejects(run(token, tokenCommands, 'revoke', 'none', '--data', data), { code: 'NOT_FOUND' })
    }))

  const wrong: readonly (readonly string[])[] = [
    ['create', '--name', 'ci', '--role', 'owner'],
    ['create', '--name', ' '],
    ['create', '--name', 'ci', '--days', '0'],
    ['create', '--name', 'ci', '--days', '366'],
    ['create', '--name', 'ci', '--days', 'soon'],
  ]
  for (const args of wrong) {
    test(`refuses ${args.join(' ')}`, () =>
      inFolder(async (data) => {
        await assert.rejects(run(token, tokenCommands, ...args, '--data', data), { code: 'OPTION_INVALID' })
      }))
  }

  for (const args of [[], ['create'], ['list', 'x'], ['revoke'], ['other']]) {
    test(`tells how it is used: ${args.join(' ')}`, async () => {
      const { code, err } = await run(token, tokenCommands, ...args)
      assert.equal(code, 2)
      assert.match(err.join(), /^usage: millrace token/)
    })
  }

  test('makes no folder that was misspelt', async () => {
    const asked = ['list', '--data', '/nowhere/at/all']
    await assert.rejects(run(token, tokenCommands, ...asked), { code: 'CONFIG_UNREADABLE' })
  })
})

describe('millrace audit', () => {
  test('says that the log holds, and what to keep; then checks it by that', () =>
    inFolder(async (data) => {
      await run(token, tokenCommands, 'create', '--name', 'ci', '--data', data)
      const { code, out } = await run(audit, auditCommands, 'verify', '--data', data)
      assert.equal(code, 0)
      assert.match(out[0] ?? '', /^2 entries/)
      const kept = out[1] ?? ''
      await run(token, tokenCommands, 'create', '--name', 'more', '--data', data)
      const again = await run(audit, auditCommands, 'verify', '--expect', kept, '--data', data)
      assert.equal(again.code, 0)
      const other = `${kept.slice(0, -1)}${kept.endsWith('0') ? '1' : '0'}`
      const wrong = await run(audit, auditCommands, 'verify', '--expect', other, '--data', data)
      assert.deepEqual([wrong.code, wrong.err.join().includes('Entry 2: is not there')], [1, true])
    }))

  test('names the entry that somebody changed', () =>
    inFolder(async (data) => {
      await run(token, tokenCommands, 'create', '--name', 'ci', '--data', data)
      const db = new DatabaseSync(join(data, 'access.db'))
      db.exec(`drop trigger audit_is_not_changed; update audit set who = 'bob' where number = 1`)
      db.close()
      const { code, err } = await run(audit, auditCommands, 'verify', '--data', data)
      assert.deepEqual(
        [code, err],
        [1, ['Entry 1: its hash does not fit what it says. The 0 entries before it hold.']],
      )
    }))

  test('refuses what it cannot compare with', async () => {
    await assert.rejects(run(audit, auditCommands, 'verify', '--expect', '7'), { code: 'OPTION_INVALID' })
    assert.equal((await run(audit, auditCommands)).code, 2)
  })
})
