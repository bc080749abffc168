import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pino } from 'pino'
import type { Configuration } from '../core/configuration.ts'
import { secret } from '../core/secret.ts'
import { catalogue } from '../destinations/index.ts'
import { readServerConfig } from './config.ts'
import { secretsInSight } from './secrets-in-sight.ts'

const KEY = 'ab'.repeat(32)
const configured = (apiKey: string): Configuration => ({
  sources: [
    {
      id: 'site',
      name: 'Site',
      kind: 'node',
      writeKey: 'planted-write-1',
      olderWriteKeys: ['planted-write-2'],
    },
  ],
  instances: [
    {
      ...{ id: 'heap', kind: 'heap', name: 'Heap', enabled: true, sources: [], subscriptions: [] },
      settings: { appId: '1234567890', apiKey },
    },
  ],
  alerts: {
    channels: [{ id: 'ops', kind: 'slack', url: 'https://hooks.example.com/services/T0/planted-hook-1' }],
  },
})

describe("the server's log", () => {
  const lines: string[] = []
  const sight = secretsInSight(
    readServerConfig(
      {},
      {
        MILLRACE_SECRET_KEY: KEY,
        MILLRACE_SMTP_URL: 'smtp://ada:planted%20smtp@mail.example',
        MILLRACE_POSTGRES: 'postgres://ada:planted%20pg@db.example/millrace',
        MILLRACE_NATS: 'nats://ada:planted%20nats@nats-1:4222',
        MILLRACE_OIDC_CLIENT_SECRET: 'planted-oidc-1',
      },
    ),
  )
  const logger = pino({ level: 'trace' }, { write: (line) => lines.push(sight.mask(line)) })
  sight.add(configured('planted-api-1'), catalogue)
  sight.add(configured('planted-api-2'), catalogue)

  const rows: readonly [what: string, text: string][] = [
    ['the key of the secrets', KEY],
    ['the address of the mail server', 'smtp://ada:planted%20smtp@mail.example'],
    ['its password', 'planted smtp'],
    ['the address of PostgreSQL', 'postgres://ada:planted%20pg@db.example/millrace'],
    ['its password', 'planted pg'],
    ['the password of NATS', 'planted nats'],
    ['the same as it stands in its address', 'planted%20nats'],
    ['the secret at the provider of single sign-on', 'planted-oidc-1'],
    ['a write key', 'planted-write-1'],
    ['an older write key', 'planted-write-2'],
    ['a secret of a destination', 'planted-api-2'],
    ['a secret of a destination as it was before', 'planted-api-1'],
    ['the address of a channel', 'https://hooks.example.com/services/T0/planted-hook-1'],
    ['the way in of a channel', '/T0/planted-hook-1'],
  ]
  for (const [what, text] of rows) {
    test(`is without ${what}, wherever it stands in a line`, () => {
      const error = Object.assign(new Error(`it said ${text}`), { input: text })
      logger.error({ err: error, list: [{ text }], json: JSON.stringify({ text }) }, `about ${text}`)
      const line = lines.pop() ?? ''
      assert.match(line, /about .*\*\*\*/)
      assert.doesNotMatch(line, /planted|abababab/)
      JSON.parse(line)
    })
  }

  test('keeps what is no secret', () => {
    logger.info({ appId: '1234567890', host: 'hooks.example.com', path: '/services' }, 'started')
    assert.match(lines.pop() ?? '', /1234567890.*hooks\.example\.com.*services.*started/)
  })

  test('holds a secret that is made for it, as three stars', () => {
    logger.info({ one: secret('planted-other'), text: `${secret('planted-other')}` }, 'here')
    const { one, text } = JSON.parse(lines.pop() ?? '')
    assert.deepEqual([one, text], ['***', '***'])
  })
})
