import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HttpRequest } from '../../core/destination.ts'
import type { EventEnvelope, SpecEvent } from '../../core/event.ts'
import { type BoundDelivery, compileInstance } from '../../core/instance.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { secret } from '../../core/secret.ts'
import { webhook } from '../../destinations/webhook/index.ts'
import type { Runtime } from './runtime.ts'
import type { Sent } from './send.ts'
import { tryOnce } from './try-once.ts'

const SECRETS = { secret: 'planted-signing', authorization: 'Bearer planted-authorization' }
const instance = compileInstance(
  {
    ...{ id: 'hook', kind: 'webhook', name: 'Hook', enabled: true, sources: ['site'] },
    settings: { url: 'https://x.example/?token=planted-query', ...SECRETS },
    subscriptions: presetSubscriptions(webhook),
  },
  webhook,
)
const envelope: EventEnvelope = {
  kind: 'event',
  sourceId: 'site',
  receivedAt: '2026-01-01T00:00:00.000Z',
  event: { type: 'track', event: 'Seen', userId: 'ada', messageId: 'm1' } as unknown as SpecEvent,
  address: { lane: 0, chunk: 1, index: 0 },
}

/** One try, answered like this, with what its request carries besides. */
async function tried(sent: Sent, more: Partial<HttpRequest> = {}) {
  const [handled] = instance.handle(envelope)
  assert.ok(handled?.status === 'ready')
  const [planned] = webhook.plan([handled.delivery as never], instance.settings as never, {
    now_ms: 0,
    recall: () => undefined,
  })
  assert.ok(planned !== undefined && 'request' in planned)
  const seen: HttpRequest[] = []
  const runtime = {
    instance,
    now_ms: () => 0,
    wall_ms: () => 0,
    async send(request: HttpRequest) {
      seen.push(request)
      return sent
    },
  } as unknown as Runtime
  const request = { ...planned.request, ...more }
  const deliveries = [handled.delivery as BoundDelivery]
  return { ...(await tryOnce(runtime, { request, deliveries }, { lane: 0, attempt: 1 })), seen }
}

describe('what is kept of a try', () => {
  test('is without what the request carried, though the request itself is whole', async () => {
    const { seen, request, attempt } = await tried({
      answered: true,
      response: { status: 200, headers: {}, body: '' },
    })
    assert.equal(seen[0]?.url, 'https://x.example/?token=planted-query')
    const { authorization, signature } = seen[0] ?? {}
    assert.equal(authorization?.scheme === 'own' && authorization.value.reveal(), SECRETS.authorization)
    assert.equal(signature?.secret.reveal(), SECRETS.secret)
    assert.deepEqual([request?.url, attempt.url], Array(2).fill('https://x.example/?token=***'))
    assert.doesNotMatch(JSON.stringify([request, attempt, seen]), /planted-(signing|authorization)/)
  })

  const basic = { scheme: 'basic', user: 'ada', password: secret('planted-password') } as const
  const rows: readonly [what: string, more: Partial<HttpRequest>, repeated: string][] = [
    ['its own headers', {}, `authorization: ${SECRETS.authorization}`],
    ['the key alone', {}, 'unknown key planted-authorization'],
    ['the signing key', {}, JSON.stringify({ expected: SECRETS.secret })],
    ['the address', {}, 'no route for /?token=planted-query'],
    [
      'a password that only this request has',
      { authorization: basic },
      `Basic ${btoa('ada:planted-password')}`,
    ],
  ]
  for (const [what, more, repeated] of rows) {
    for (const status of [200, 400, 401, 503]) {
      test(`is without ${what}, repeated by an answer of ${status}`, async () => {
        const body = `${'x'.repeat(250)} ${repeated} ${repeated}`
        const { judgement, response, attempt } = await tried(
          { answered: true, response: { status, headers: {}, body } },
          more,
        )
        assert.match(response?.body ?? '', /\*\*\*/)
        assert.doesNotMatch(
          JSON.stringify([judgement, response, attempt]),
          /planted|cGxhbnRlZ|BsYW50ZW|wbGFudGVk/,
        )
      })
    }
  }

  test('is without them when there was no answer', async () => {
    const reason = { code: 'DESTINATION_UNREACHABLE', text: `bad header ${SECRETS.authorization}` } as const
    const { judgement } = await tried({ answered: false, reason })
    assert.deepEqual(judgement, { status: 'retry', reason: { ...reason, text: 'bad header ***' } })
  })
})
