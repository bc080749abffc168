import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Configuration } from '../../core/configuration.ts'
import { catalogue } from '../../destinations/index.ts'
import { apply } from '../../server/cli/apply.ts'
import { check } from '../../server/cli/check.ts'
import { inFolder, run } from '../../server/cli/cli.fixtures.ts'
import { askOverHttp } from '../../server/cli/client.ts'
import { exportCommand } from '../../server/cli/export.ts'
import { plan } from '../../server/cli/plan.ts'
import { startServer, type TestServer } from '../access/server.fixtures.ts'

/** Something of everything that can be configured. */
const FULL: Configuration = {
  sources: [
    {
      ...{ id: 'website', name: 'Website', kind: 'javascript', writeKey: 'website-key-3' },
      ...{ olderWriteKeys: ['website-key-2', 'website-key-1'], disabledWriteKeys: ['website-key-1'] },
      ...{ origins: ['https://a.example', 'https://*.b.example'], privacy: 'truncate' },
      redact: [{ how: 'mask', pattern: 'email', keepLast: 2 }],
    },
    { id: 'backend', name: '011', kind: 'node', writeKey: 'backend-key' },
  ],
  instances: [
    {
      ...{
        id: 'heap',
        kind: 'heap',
        name: 'Heap "EU"',
        enabled: false,
        paused: true,
        sources: ['backend', 'website'],
      },
      ...{ consent: ['Analytics', 'Ads: all'], redact: [{ how: 'drop', path: '**.password' }] },
      settings: { appId: '0123456789', apiKey: 'planted-heap-key' },
      subscriptions: [
        {
          ...{ id: 'orders', action: 'trackEvent', name: 'Orders', enabled: false },
          trigger: 'event = "Order # 1" or event = "yes"',
          mapping: {
            event: 'Order',
            properties: { '@path': '$.properties' },
            identity: { '@template': '{{userId}}: x' },
          },
        },
      ],
    },
    {
      ...{ id: 'hook', kind: 'webhook', name: 'Hook', enabled: true, sources: [] },
      settings: { url: 'https://hooks.example.com/', secret: 'planted-hook-secret' },
      subscriptions: [],
    },
  ],
  alerts: {
    channels: [
      { id: 'ops', kind: 'slack', url: 'https://hooks.example.com/planted-way-in' },
      { id: 'mail', kind: 'email', to: ['ops@example.com'] },
    ],
    rules: { lag: false, held: { minutes: 3 }, disk: true },
  },
}
const SECRETS: Readonly<Record<string, string>> = {
  HEAP_API_KEY: 'planted-heap-key',
  HOOK_SECRET: 'planted-hook-secret',
  ALERTS_OPS_URL: 'https://hooks.example.com/planted-way-in',
}

describe('configuration as code', { timeout: 240_000 }, () => {
  const servers: TestServer[] = []
  const tokens: string[] = []
  /** A server with login on, and the token of an editor. */
  async function server(configuration: Configuration): Promise<number> {
    const one = await startServer(configuration)
    const admin = await one.firstAdmin()
    tokens.push((await one.token(admin, 'editor', { personal: true })).text)
    return servers.push(one) - 1
  }
  before(async () => {
    await server(FULL)
    await server({ sources: [], instances: [] })
  })
  after(() => Promise.all(servers.map((one) => one.stop())))
  function at(index: number, variables: Readonly<Record<string, string>> = {}) {
    const all: Record<string, string> = {
      MILLRACE_URL: servers[index]?.adminUrl ?? '',
      MILLRACE_TOKEN: tokens[index] ?? '',
      ...variables,
    }
    const environment = (name: string) => all[name]
    return { ask: askOverHttp, environment, isTerminal: false, confirm: undefined, catalogue }
  }
  const readStored = () => assert.fail('it is the server that is exported')
  const exported = async (index: number) => {
    const { out } = await run(exportCommand, { ...at(index), readStored })
    return `${out.join('\n')}\n`
  }

  test('what is exported, and applied to an empty installation, is exported byte for byte', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'millrace.yaml')
      const text = await exported(0)
      assert.doesNotMatch(text, /planted/)
      writeFileSync(file, text)
      assert.equal((await run(plan, at(0), file)).code, 0)

      const empty = at(1, SECRETS)
      const planned = await run(plan, empty, file)
      assert.equal(planned.code, 2, planned.err.join('\n'))
      assert.doesNotMatch(planned.out.join('\n'), /planted/)
      const asked = await run(apply, empty, file)
      assert.deepEqual(
        [asked.code, asked.err],
        [1, ['Nothing was applied: there is nobody to ask, so give --yes.']],
      )
      const applied = await run(apply, empty, file, '--yes')
      assert.equal(applied.code, 0, applied.err.join('\n'))
      assert.equal(await exported(1), text)
      assert.equal((await run(plan, at(1), file)).code, 0, 'without the secrets too')

      // Once more, of several files and with what an environment changes taken back.
      const [first, second] = [join(folder, 'a.yaml'), join(folder, 'b.yaml')]
      const [sources = '', rest = ''] = text.split(/^(?=destinations:)/m)
      writeFileSync(first, sources)
      writeFileSync(second, rest)
      assert.equal((await run(plan, at(1), first, second)).code, 0)
      writeFileSync(join(folder, 'b.test.yaml'), 'destinations:\n  hook: null\n')
      const less = await run(plan, at(1), first, second, '--env', 'test')
      assert.deepEqual([less.code, less.out[0]], [2, '- destination hook'])
      const kept = await run(apply, at(1), first, second, '--env', 'test', '--yes')
      assert.deepEqual(
        [kept.code, kept.err],
        [1, ['Nothing was applied: it would delete something, which needs --allow-delete.']],
      )
      assert.equal(
        (await run(apply, at(1), first, second, '--env', 'test', '--yes', '--allow-delete')).code,
        0,
      )
      assert.doesNotMatch(await exported(1), /id: hook/)
    }))

  test('a mistake is told with its file and line, and ends with 1 as a wrong call does', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'm.yaml')
      writeFileSync(file, 'sources:\n  - { id: web, name: Web, kind: telepathy, writeKey: web-key-1 }\n')
      const { code, err } = await run(plan, at(0), file)
      assert.equal(code, 1)
      assert.match(err[0] ?? '', /m\.yaml:2:\d+ sources\[0\]\.kind: "telepathy" is not a kind of source/)
      for (const args of [
        [],
        [file, '--events', 'many'],
        [file, '--nonsense'],
        [join(folder, 'none.yaml')],
        [file, '--env', 'none'],
      ]) {
        assert.equal((await run(plan, at(0), ...args)).code, 1, args.join(' '))
      }
    }))

  test('examples beside the configuration are held, told apart, and written anew', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'm.yaml')
      writeFileSync(
        file,
        'sources:\n  - { id: web, name: Web, kind: node, writeKey: web-key-1 }\n' +
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference
          'destinations:\n  - { id: heap, kind: heap, name: Heap, sources: [web], settings: { appId: "1234567890", apiKey: "${env:NOT_SET}" } }\n',
      )
      const example = join(folder, 'examples/sign-up.json')
      mkdirSync(join(folder, 'examples'))
      const event = { type: 'track', userId: 'ada', event: 'Signed Up' }
      writeFileSync(example, JSON.stringify({ source: 'web', event }))
      const checked = (...args: string[]) => run(check, { catalogue }, file, ...args)
      assert.match((await checked()).err[0] ?? '', /sign-up\.json: it has no "expect" yet/)
      assert.equal((await checked('--update')).code, 0)
      const written = readFileSync(example, 'utf8')
      assert.match(written, /"heap": \[\n\s+\{\n\s+"method": "POST"/)
      assert.deepEqual(await checked(), { code: 0, out: ['The example is as it should be.'], err: [] })
      writeFileSync(example, written.replace('"1234567890"', '"1"'))
      const { code, err } = await checked()
      assert.equal(code, 1)
      assert.match(err.join('\n'), /heap\.0\.json\.app_id: "1" → "1234567890"/)
      await checked('--update')
      assert.equal(readFileSync(example, 'utf8'), written)
    }))
})
