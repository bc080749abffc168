import { type Measured, type MeasuredInstance, type MeasuredSource, minutesNeeded } from '../core/alerts.ts'
import type { AlertSettings, Instance } from '../core/configuration.ts'
import { catalogue } from '../destinations/index.ts'
import { shownState } from './admin/shown.ts'
import { alertChannels } from './alerts/channels.ts'
import type { Mail } from './alerts/mail.ts'
import { alertWatch } from './alerts/watch.ts'
import type { Readiness } from './http/health-routes.ts'
import type { InstanceState, Ledger, SeriesPoint } from './ledger/ledger.ts'
import { type Allowed, addressRule } from './net/address-rule.ts'
import type { Store } from './store/store.ts'

const MINUTE_MS = 60_000

export type AlertsSideDeps = {
  readonly store: Store
  readonly ledger: Ledger
  readonly health: {
    readonly free_bytes: () => number
    readonly readiness: () => Promise<Pick<Readiness, 'lag_ms'>>
  }
  /** Sources whose databases cannot be read. */
  readonly failingSources: () => Promise<readonly Omit<MeasuredSource, 'name'>[]>
  readonly config: {
    readonly diskFree_bytes_min: number
    readonly mail: Mail
    readonly allowPrivate: Allowed
  }
  /** Whether this process tells people, of those that serve pages. */
  readonly leads: () => boolean
  /** The address of the pages. */
  readonly pagesUrl: () => string
  readonly onTrouble: (error: unknown) => void
}

/** Watches every destination and the disk, and tells people. */
export function alertsSide(deps: AlertsSideDeps) {
  const { store, config, pagesUrl, onTrouble } = deps
  const channels = alertChannels({ mail: config.mail, pagesUrl, rule: addressRule(config.allowPrivate) })
  const watch = alertWatch({
    measure: () => measure(deps),
    send: channels.send,
    kept: () => store.kept('alerts'),
    keep: (state) => store.keep('alerts', state),
    now_ms: Date.now,
    leads: deps.leads,
    onTrouble,
  })
  watch.start()
  return {
    state: watch.state,
    forgetTexts: watch.forgetTexts,
    send: channels.send,
    canMail: config.mail.smtpUrl !== undefined,
    stop(): void {
      watch.stop()
      channels.close()
    },
  }
}

async function measure({
  store,
  ledger,
  health,
  config,
  failingSources,
}: AlertsSideDeps): Promise<{ readonly measured: Measured; readonly settings: AlertSettings | undefined }> {
  const { sources, instances, alerts: settings } = await store.read()
  const [states, { lag_ms }] = await Promise.all([ledger.states(), health.readiness()])
  const minutes = minutesNeeded(settings)
  const measured = instances.map((instance) =>
    measureOne(ledger, instance, states.get(instance.id), {
      lag_ms: lag_ms[instance.id] ?? 0,
      minutes,
    }),
  )
  const disk = { free_bytes: health.free_bytes(), free_bytes_min: config.diskFree_bytes_min }
  const names = new Map(sources.map(({ id, name }) => [id, name]))
  const failing = (await failingSources()).map((one) => ({ ...one, name: names.get(one.id) ?? one.id }))
  return { measured: { instances: await Promise.all(measured), sources: failing, disk }, settings }
}

async function measureOne(
  ledger: Ledger,
  instance: Instance,
  known: InstanceState | undefined,
  { lag_ms, minutes }: { readonly lag_ms: number; readonly minutes: number },
): Promise<MeasuredInstance> {
  const { id, name, kind } = instance
  const to_ms = (Math.floor(Date.now() / MINUTE_MS) + 1) * MINUTE_MS
  const from_ms = to_ms - minutes * MINUTE_MS
  const points = await ledger.series(id, { from_ms, to_ms, step: 'minute' })
  const { state, reason } = shownState(instance, catalogue.get(kind), known)
  return {
    ...{ id, name, state, since_ms: known?.since_ms ?? 0, lag_ms },
    ...(reason === undefined ? {} : { reason }),
    delivered: minutesOf(points, 'delivered', from_ms, minutes),
    dead: minutesOf(points, 'dead', from_ms, minutes),
    expired: minutesOf(points, 'expired', from_ms, minutes),
    givenUp: minutesOf(points, 'givenUp', from_ms, minutes),
  }
}

function minutesOf(
  points: readonly SeriesPoint[],
  name: SeriesPoint['name'],
  from_ms: number,
  count: number,
): readonly number[] {
  const minutes = Array.from({ length: count }, () => 0)
  for (const point of points) {
    const minute = Math.floor((point.at_ms - from_ms) / MINUTE_MS)
    // A replay takes dead letters back: the sum of a minute may fall, and is never less than none here.
    if (point.name === name) minutes[minute] = Math.max(0, (minutes[minute] ?? 0) + point.count)
  }
  return minutes
}
