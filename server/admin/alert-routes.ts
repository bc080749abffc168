import { shownAlerts, withAddresses } from '../../core/alert-channels.ts'
import { ALERT_DEFAULTS, type Alert, type Notice } from '../../core/alerts.ts'
import type { AlertChannel } from '../../core/configuration.ts'
import { AppError } from '../../core/errors.ts'
import { readAlerts } from '../../core/read-alerts.ts'
import type { Store } from '../store/store.ts'
import type { Configurator } from './configurator.ts'
import type { AdminRouter } from './router.ts'

export type AlertRouteDeps = {
  readonly store: Store
  readonly configurator: Configurator
  readonly canMail: boolean
  readonly state: () => Promise<{
    readonly alerts: readonly Alert[]
    readonly recent: readonly (Notice & { readonly sent: Readonly<Record<string, string>> })[]
  }>
  readonly send: (
    channel: AlertChannel,
    notice: Notice,
  ) => Promise<{ readonly ok: boolean; readonly text?: string }>
}

/** What people are told of, where, and what they were told. */
export function alertRoutes(
  { on }: AdminRouter,
  { store, configurator, canMail, state, send }: AlertRouteDeps,
): void {
  on('GET /admin/v1/alerts', async () => {
    const [{ alerts: settings = { channels: [] } }, { alerts, recent }] = await Promise.all([
      store.read(),
      state(),
    ])
    return {
      settings: shownAlerts(settings),
      defaults: ALERT_DEFAULTS,
      canMail,
      active: alerts.map((alert) => ({
        ...shown(alert),
        ...(alert.toldAt_ms === undefined ? {} : { told: new Date(alert.toldAt_ms).toISOString() }),
      })),
      recent: recent.map(({ kind, alert, at_ms, sent }) => ({
        ...shown(alert),
        ...{ kind, at: new Date(at_ms).toISOString(), sent },
      })),
    }
  })
  on('PUT /admin/v1/alerts', async ({ body, by }) => {
    const alerts = checked(body.settings)
    return {
      change: await configurator.change({ by }, (before) => ({
        ...before,
        alerts: withAddresses(alerts, before.alerts),
      })),
    }
  })
  on('POST /admin/v1/alerts/test', async ({ body }) => {
    const { alerts } = await store.read()
    const { channels } = withAddresses(checked({ channels: [body.channel] }), alerts)
    const answer = await send(channels[0] as AlertChannel, testNotice(Date.now()))
    return { ok: answer.ok, text: answer.ok ? 'It was sent.' : (answer.text ?? '') }
  })
}

/** @throws {AppError} CONFIG_INVALID */
function checked(given: unknown) {
  const read = readAlerts(given)
  if (!read.ok) throw new AppError('CONFIG_INVALID', { problems: read.problems })
  return read.alerts
}

function testNotice(at_ms: number): Notice {
  const text = 'This is a test: alerts of Millrace arrive here.'
  return { kind: 'alert', at_ms, alert: { key: 'test', rule: 'held', text, since_ms: at_ms } }
}

function shown({ key, rule, of, text, since_ms }: Alert) {
  return {
    ...{ key, rule, text, since: new Date(since_ms).toISOString() },
    ...(of === undefined ? {} : { of }),
  }
}
