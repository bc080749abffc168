import type { Measured, MeasuredInstance } from '../core/alerts.ts'
import type { Instance } from '../core/configuration.ts'
import { catalogue } from '../destinations/index.ts'
import { shownState } from './admin/shown.ts'
import { alertChannels, type Mail } from './alerts/channels.ts'
import { alertWatch } from './alerts/watch.ts'
import type { InstanceState, Ledger, SeriesPoint } from './ledger/ledger.ts'
import type { Lookups } from './lookup/lookups.ts'
import type { Store } from './store/store.ts'

const MINUTE_MS = 60_000
/** Rules look back a day at most: longer than that, a rate says nothing of now. */
const LOOK_BACK_minutes = 1_440

export type AlertsSideDeps = {
  readonly store: Store
  readonly ledger: Ledger
  readonly lookups: Pick<Lookups, 'rates'>
  readonly health: { readonly free_bytes: () => number }
  readonly config: { readonly diskFree_bytes_min: number; readonly mail: Mail }
  /** The address of the pages. */
  readonly pagesUrl: () => string
  readonly onTrouble: (error: unknown) => void
}

/** Watches every destination and the disk, and tells people. */
export function alertsSide(deps: AlertsSideDeps) {
  const { store, config, pagesUrl, onTrouble } = deps
  const channels = alertChannels({ mail: config.mail, pagesUrl })
  const watch = alertWatch({
    measure: () => measure(deps),
    settings: async () => (await store.read()).alerts,
    send: channels.send,
    kept: () => store.kept('alerts'),
    keep: (state) => store.keep('alerts', state),
    now_ms: Date.now,
    onTrouble,
  })
  watch.start()
  return {
    state: watch.state,
    send: channels.send,
    canMail: config.mail.smtpUrl !== undefined,
    stop(): void {
      watch.stop()
      channels.close()
    },
  }
}

async function measure({ store, ledger, lookups, health, config }: AlertsSideDeps): Promise<Measured> {
  const { instances } = await store.read()
  const [states, { destinations }] = await Promise.all([
    ledger.states(),
    lookups.rates({ sources: [], instances }),
  ])
  const measured = instances.map((instance) =>
    measureOne(ledger, instance, states.get(instance.id), destinations[instance.id]?.lag_ms ?? 0),
  )
  return {
    instances: await Promise.all(measured),
    disk: { free_bytes: health.free_bytes(), free_bytes_min: config.diskFree_bytes_min },
  }
}

async function measureOne(
  ledger: Ledger,
  instance: Instance,
  known: InstanceState | undefined,
  lag_ms: number,
): Promise<MeasuredInstance> {
  const { id, name, kind } = instance
  const to_ms = (Math.floor(Date.now() / MINUTE_MS) + 1) * MINUTE_MS
  const from_ms = to_ms - LOOK_BACK_minutes * MINUTE_MS
  const points = await ledger.series(id, { from_ms, to_ms, step: 'minute' })
  const { state, reason } = shownState(instance, catalogue.get(kind), known)
  return {
    ...{ id, name, state, since_ms: known?.since_ms ?? 0, lag_ms },
    ...(reason === undefined ? {} : { reason }),
    delivered: minutesOf(points, 'delivered', from_ms),
    dead: minutesOf(points, 'dead', from_ms),
    expired: minutesOf(points, 'expired', from_ms),
  }
}

function minutesOf(
  points: readonly SeriesPoint[],
  name: SeriesPoint['name'],
  from_ms: number,
): readonly number[] {
  const minutes = Array.from({ length: LOOK_BACK_minutes }, () => 0)
  for (const point of points) {
    const minute = Math.floor((point.at_ms - from_ms) / MINUTE_MS)
    // A replay takes dead letters back: the sum of a minute may fall, and is never less than none here.
    if (point.name === name) minutes[minute] = Math.max(0, (minutes[minute] ?? 0) + point.count)
  }
  return minutes
}
