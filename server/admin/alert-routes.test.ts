import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Alert, Notice } from '../../core/alerts.ts'
import type { AlertChannel } from '../../core/configuration.ts'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import { memoryLog } from '../log/memory.ts'
import { memoryStore } from '../store/memory.ts'
import { alertRoutes } from './alert-routes.ts'
import { configurator } from './configurator.ts'
import { adminRouter } from './router.ts'
import { statusRoutes } from './status-routes.ts'
import { anybody, asker } from './testing.ts'

const HELD: Alert = {
  key: 'held heap',
  rule: 'held',
  of: 'heap',
  text: 'Heap is held.',
  since_ms: 0,
  toldAt_ms: 60_000,
}
const LAG: Alert = { key: 'lag hook', rule: 'lag', of: 'hook', text: 'Behind.', since_ms: 0 }
const OPS: AlertChannel = { id: 'ops', kind: 'slack', url: 'https://hooks.example.com/1' }

describe('alerts and status by the admin API', () => {
  const server = httpListener({ body_bytes_max: 100_000, onFault: (error) => assert.fail(String(error)) })
  const store = memoryStore()
  const sent: string[] = []
  const sentTo: AlertChannel[] = []
  const state = async () => ({
    alerts: [HELD, LAG],
    recent: [{ kind: 'alert', alert: HELD, at_ms: 60_000, sent: { ops: 'sent' } } as const],
  })
  const asked = asker(server)
  const isReady = { now: true }

  before(() => {
    const router = adminRouter(server, anybody)
    alertRoutes(router, {
      ...{ store, state, canMail: false },
      configurator: configurator({ store, catalogue, now_ms: () => 0, onChange: () => {} }),
      async send(channel: AlertChannel, notice: Notice) {
        sentTo.push(channel)
        sent.push(`${channel.id}: ${notice.alert.text}`)
        return channel.id === 'ops' ? { ok: true } : { ok: false, text: 'It answered 500.' }
      },
    })
    statusRoutes(router, {
      ...{
        log: memoryLog(),
        version: '1.2.3',
        startedAt_ms: 0,
        host: () => 'http://a',
        configFile: undefined,
      },
      hasSandbox: true,
      metrics: { work: () => ({ step_ms: 10_000, points: [] }) },
      turnedAway: () => [{ code: 'WRITE_KEY_UNKNOWN', count: 3 }],
      alerts: { state },
      health: {
        free_bytes: () => 5_000,
        readiness: async () => ({
          ready: isReady.now,
          checks: { log: { ok: isReady.now, text: 'The last write to the log failed.' } },
        }),
      },
      limits: {
        limits: {
          event_bytes_max: 1,
          body_bytes_max: 2,
          events_max: 3,
          event_levels_max: 4,
          event_keys_max: 5,
        },
        rates: { key_perSecond: 6, address_perSecond: 7 },
        ...{ giveUpAfter_ms: 3_600_000, diskFree_bytes_min: 100 },
        retention: { age_ms_max: 86_400_000 },
        history: { age_ms_max: 2 * 86_400_000 },
      },
    })
  })
  after(() => server.close())

  test('tells what is not well, whether people were told, and what came of it', async () => {
    const { active, recent, settings } = await asked.ask('GET /admin/v1/alerts')
    assert.deepEqual(settings, { channels: [] })
    assert.deepEqual(
      active.map(({ key, told }) => [key, told]),
      [
        ['held heap', '1970-01-01T00:01:00.000Z'],
        ['lag hook', undefined],
      ],
    )
    assert.deepEqual(
      recent.map(({ kind, of, sent: by }) => [kind, of, by]),
      [['alert', 'heap', { ops: 'sent' }]],
    )
  })

  test('keeps what is set, as a change that can be taken back', async () => {
    const settings = { channels: [OPS], rules: { lag: false as const } }
    const { change } = await asked.ask('PUT /admin/v1/alerts', { body: { settings } })
    const shown = (await asked.ask('GET /admin/v1/alerts')).settings
    assert.deepEqual(shown, { ...settings, channels: [{ ...OPS, url: 'https://hooks.example.com/***' }] })
    assert.deepEqual((await store.read()).alerts, settings)
    assert.equal((await store.changes({}, 1))[0]?.number, change)
  })

  test('leaves an address as it is that comes back as it was shown, and tries it whole', async () => {
    const { settings } = await asked.ask('GET /admin/v1/alerts')
    const { change } = await asked.ask('PUT /admin/v1/alerts', { body: { settings } })
    assert.deepEqual([change, (await store.read()).alerts?.channels], [0, [OPS]])
    const channel = settings.channels[0] ?? OPS
    await asked.ask('POST /admin/v1/alerts/test', { body: { channel } })
    assert.deepEqual(sentTo.pop(), OPS)
    const moved = { ...settings, channels: [{ ...channel, id: 'moved' }] }
    const { code } = await asked.refused('PUT /admin/v1/alerts', { body: { settings: moved } })
    assert.equal(code, 'CONFIG_INVALID')
  })

  test('refuses what cannot be, and says where', async () => {
    const settings = { channels: [{ ...OPS, url: 'nowhere' }] }
    const { code, details } = await asked.refused('PUT /admin/v1/alerts', { body: { settings } })
    assert.deepEqual([code, details.problems[0].at], ['CONFIG_INVALID', ['channels', 0, 'url']])
  })

  test('tries a channel as it is written, and says what came of it', async () => {
    const well = await asked.ask('POST /admin/v1/alerts/test', { body: { channel: OPS } })
    const unwell = await asked.ask('POST /admin/v1/alerts/test', { body: { channel: { ...OPS, id: 'two' } } })
    assert.deepEqual([well.ok, unwell], [true, { ok: false, text: 'It answered 500.' }])
    assert.match(sent[0] ?? '', /^ops: This is a test/)
  })

  test('the status names what is not well, with the way to it', async () => {
    const { health, limits } = await asked.ask('GET /admin/v1/status')
    assert.deepEqual(health, { ok: false, problems: [{ text: 'Heap is held.', link: '/destinations/heap' }] })
    assert.deepEqual([limits.retention_days, limits.history_days], [1, 2])
    isReady.now = false
    const unready = await asked.ask('GET /admin/v1/status')
    assert.deepEqual(unready.health.problems[0], { text: 'The last write to the log failed.' })
  })

  test('describes itself', async () => {
    const document = await asked.ask('GET /admin/v1/openapi.json')
    assert.equal(document['openapi'], '3.1.0')
  })
})
