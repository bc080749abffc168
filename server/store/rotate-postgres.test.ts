import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, type TestContext, test } from 'node:test'
import { secret } from '../../core/secret.ts'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from '../../test/cluster/postgres.ts'
import { ACCESS_SEALED } from '../access/access-schema.ts'
import { openPostgresAccess } from '../access/postgres-db.ts'
import { ACCESS_POSTGRES_MIGRATIONS } from '../access/postgres-schema.ts'
import { connectPostgres } from '../postgres/connect.ts'
import { type KeySource, makeKeyFile } from '../secrets/master-key.ts'
import { newSealingKey } from '../secrets/sealer.ts'
import { postgresStore } from './postgres.ts'
import { postgresMaster, rotatePostgresKeys } from './rotate-postgres.ts'
import { CONFIGURATION, EMPTY } from './store.fixtures.ts'

const server: ScratchPostgres | undefined = POSTGRES_MISSING === false ? await scratchPostgres() : undefined
after(() => server?.remove())

const access = { migrations: ACCESS_POSTGRES_MIGRATIONS, columns: ACCESS_SEALED }
const given = (): KeySource => ({ kind: 'given', text: secret(newSealingKey().bytes.toString('hex')) })
const CELLS = `select id || ' ' || write_key as cell from sources union all select id || ' ' || settings from instances
  union all select number || ' ' || "after" from changes where "after" is not null
  union all select id || ' ' || factor_secret from people where factor_secret is not null`

/** A schema with a configuration, and a person with a second factor. */
async function filled(key: KeySource) {
  const url = server?.newUrl() ?? ''
  const store = await postgresStore({ url, key })
  await store.apply(CONFIGURATION)
  const factor = store.sealer.seal('people/ada/factor_secret', 'planted-factor')
  await (await openPostgresAccess(url)).close()
  await store.close()
  const db = connectPostgres({ url, connections_max: 1, waitsForDisk: true, name: 'test' })
  await db.rows(
    `insert into people (id, email, name, role, personal, disabled, factor_secret, factor_step, created_ms)
     values ('ada', 'ada@example.com', 'Ada', 'admin', 1, 0, $1, 0, 0)`,
    [factor],
  )
  const cells = async () => (await db.rows<{ cell: string }>(CELLS)).map(({ cell }) => cell)
  const factorNow = async () =>
    (await db.rows<{ factor_secret: string }>('select factor_secret from people'))[0]?.factor_secret ?? ''
  return { url, db, cells, factorNow }
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-rotate-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function fileIn(folder: string, name = 'secret.key'): KeySource {
  const path = join(folder, name)
  makeKeyFile(path)
  return { kind: 'file', path, mayMake: false }
}

describe('Another key for the secrets in PostgreSQL', { skip: POSTGRES_MISSING }, () => {
  const rows: readonly {
    readonly what: string
    readonly from: (folder: string) => KeySource
    readonly to?: (folder: string) => KeySource
    readonly reencrypt: boolean
  }[] = [
    { what: 'in the same file', from: fileIn, reencrypt: false },
    { what: 'in the same file, everything sealed anew', from: fileIn, reencrypt: true },
    {
      what: 'in place of one of the environment',
      from: given,
      to: (folder) => fileIn(folder, 'new.key'),
      reencrypt: true,
    },
  ]
  for (const { what, from, to, reencrypt } of rows) {
    test(`${what}: it opens everything, and the one before nothing`, async (t) => {
      const folder = folderOf(t)
      const key = from(folder)
      const old: KeySource =
        key.kind === 'file' ? { kind: 'given', text: secret(readFileSync(key.path, 'utf8')) } : key
      const next = to?.(folder)
      const { url, db, cells, factorNow } = await filled(key)
      t.after(() => db.close())
      const before = await cells()
      const rotated = await rotatePostgresKeys({
        url,
        access,
        key,
        reencrypt,
        now_ms: 1,
        ...(next && { to: next }),
      })
      assert.notEqual(rotated.before, rotated.after)
      assert.deepEqual([rotated.left, rotated.resealed > 0], [0, reencrypt])
      const kept = (await cells()).filter((cell) => before.includes(cell))
      assert.equal(kept.length, reencrypt ? 0 : before.length)
      await assert.rejects(postgresStore({ url, key: old }), { code: 'SECRET_KEY_WRONG' })
      assert.equal(await postgresMaster({ url, access, key: next ?? key }), rotated.after)
      const store = await postgresStore({ url, key: next ?? key })
      assert.deepEqual(await store.read(), CONFIGURATION)
      assert.ok((await store.changes({}, 10)).length > 0)
      assert.equal(store.sealer.open('people/ada/factor_secret', await factorNow()), 'planted-factor')
      await store.apply(EMPTY)
      await store.close()
    })
  }

  test('is refused while a process uses it, with another key, and where nothing is sealed', async (t) => {
    const key = fileIn(folderOf(t))
    const { url, db } = await filled(key)
    const store = await postgresStore({ url, key })
    const { promise, resolve } = Promise.withResolvers<void>()
    const listening = store.onNews(() => resolve())
    await promise
    const asked = { url, access, key, now_ms: 1 }
    await assert.rejects(rotatePostgresKeys(asked), { code: 'DATA_IN_USE' })
    await Promise.all([listening.stop(), store.close(), db.close()])
    await assert.rejects(rotatePostgresKeys({ ...asked, key: given(), to: key }), {
      code: 'SECRET_KEY_WRONG',
    })
    await assert.rejects(rotatePostgresKeys({ ...asked, url: server?.newUrl() ?? '' }), {
      code: 'CONFIG_UNREADABLE',
    })
    assert.equal((await rotatePostgresKeys(asked)).left, 0)
  })

  test('one that cannot be read changes nothing', async (t) => {
    const key = fileIn(folderOf(t))
    const { url, db, cells } = await filled(key)
    t.after(() => db.close())
    await db.rows("update people set factor_secret = 'sealed:1:gone:' || repeat('A', 40)")
    const before = await cells()
    await assert.rejects(rotatePostgresKeys({ url, access, key, reencrypt: true, now_ms: 1 }), {
      code: 'SEALED_UNREADABLE',
    })
    assert.deepEqual(await cells(), before)
    const store = await postgresStore({ url, key })
    assert.deepEqual(await store.read(), CONFIGURATION)
    await store.close()
  })
})
