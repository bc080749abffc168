import { type Alert, type Measured, type Notice, stepAlerts, troublesIn } from '../../core/alerts.ts'
import type { AlertChannel, AlertSettings } from '../../core/configuration.ts'
import type { Json } from '../../core/event.ts'
import type { Sent } from './channels.ts'

/** People are told within this of what is measured. */
export const LOOK_EVERY_MS = 15_000
/** A channel that does not take a notice is tried again, after a minute, two, four, …; a day later nobody waits for it. */
const RETRY_FIRST_MS = 60_000
const RETRY_LAST_MS = 3_600_000
const GIVE_UP_AFTER_MS = 86_400_000
const RECENT_MAX = 100
const PENDING_MAX = 200

type Pending = {
  readonly channel: string
  readonly notice: Notice
  readonly tries: number
  readonly due_ms: number
}
/** A notice, and what became of it at each channel. */
export type ToldNotice = Notice & { readonly sent: Readonly<Record<string, string>> }
export type AlertState = {
  readonly alerts: readonly Alert[]
  readonly pending: readonly Pending[]
  /** The newest first. */
  readonly recent: readonly ToldNotice[]
}
const NOTHING: AlertState = { alerts: [], pending: [], recent: [] }

export type WatchDeps = {
  /** What is configured, and how everything is, as far back as the rules ask. */
  readonly measure: () => Promise<{
    readonly measured: Measured
    readonly settings: AlertSettings | undefined
  }>
  readonly send: (channel: AlertChannel, notice: Notice) => Promise<Sent>
  /** The state is kept over a restart, so that nobody is told twice. */
  readonly kept: () => Promise<Json | undefined>
  readonly keep: (state: Json) => Promise<void>
  readonly now_ms: () => number
  /** Whether this process tells people: one of those that could. Left out: it does. */
  readonly leads?: () => boolean
  readonly onTrouble: (error: unknown) => void
}

/** Looks at everything now and then, and tells people what is not as it should be. */
export function alertWatch(deps: WatchDeps) {
  const { measure, kept, keep, now_ms, onTrouble } = deps
  let state: AlertState | undefined
  let timer: NodeJS.Timeout | undefined
  let isLooking = false
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    if (deps.leads?.() === false) {
      // Another one keeps it: what this one knew does not hold when it comes to lead.
      state = undefined
      return
    }
    state ??= ((await kept()) as AlertState | undefined) ?? NOTHING
    const before = state
    const { measured, settings } = await measure()
    const { alerts, notices } = stepAlerts(state.alerts, troublesIn(measured, settings), now_ms())
    const channels = settings?.channels ?? []
    const told = noticed({ ...state, alerts }, notices, channels, now_ms())
    // Before anything is sent: after a crash a notice may come twice, and never not at all.
    if (JSON.stringify(told) !== JSON.stringify(before)) await keep(told as unknown as Json)
    state = told
    const sent = await sendDue(deps, told, channels)
    if (sent !== told) await keep(sent as unknown as Json)
    state = sent
  }

  return {
    /** Looks once; what fails is told to the server's log, and looked at again the next time. */
    async look(): Promise<void> {
      if (isLooking) return
      isLooking = true
      looking = look()
        .catch(onTrouble)
        .finally(() => {
          isLooking = false
        })
      await looking
    },
    start(): void {
      timer = setInterval(() => this.look(), LOOK_EVERY_MS)
      timer.unref()
    },
    stop: () => clearInterval(timer),
    /** Notices quote what receivers answered: those that are over are forgotten, and what still holds is told without it. */
    async forgetTexts(): Promise<void> {
      await looking
      const known = state ?? ((await kept()) as AlertState | undefined)
      if (known === undefined) return
      state = { ...NOTHING, alerts: known.alerts.map(withoutText) }
      await keep(state as unknown as Json)
    },
    async state(): Promise<AlertState> {
      return state ?? ((await kept()) as AlertState | undefined) ?? NOTHING
    },
  }
}

function withoutText(alert: Alert): Alert {
  return { ...alert, text: 'Its text was erased.' }
}

function noticed(
  { alerts, pending, recent }: AlertState,
  notices: readonly Notice[],
  channels: readonly AlertChannel[],
  now_ms: number,
): AlertState {
  const added = notices.flatMap((notice) =>
    channels.map(({ id }): Pending => ({ channel: id, notice, tries: 0, due_ms: now_ms })),
  )
  const newest = notices.toReversed().map((notice) => ({ ...notice, sent: {} }))
  return {
    alerts,
    pending: [...pending, ...added].slice(-PENDING_MAX),
    recent: [...newest, ...recent].slice(0, RECENT_MAX),
  }
}

async function sendDue(
  deps: WatchDeps,
  state: AlertState,
  channels: readonly AlertChannel[],
): Promise<AlertState> {
  const due = state.pending.filter(({ due_ms }) => due_ms <= deps.now_ms())
  if (due.length === 0) return state
  const results = await Promise.all(due.map((one) => trySend(deps, one, channels)))
  const left = results.flatMap(({ again }) => (again === undefined ? [] : [again]))
  const recent = results.reduce((so, { pending, text }) => markSent(so, pending, text), state.recent)
  return { ...state, recent, pending: [...state.pending.filter((one) => !due.includes(one)), ...left] }
}

type Result = { readonly pending: Pending; readonly text: string; readonly again?: Pending }

async function trySend(
  { send, now_ms }: WatchDeps,
  pending: Pending,
  channels: readonly AlertChannel[],
): Promise<Result> {
  const channel = channels.find(({ id }) => id === pending.channel)
  if (channel === undefined) return { pending, text: 'the channel is gone' }
  const sent = await send(channel, pending.notice)
  if (sent.ok) return { pending, text: 'sent' }
  const tries = pending.tries + 1
  if (now_ms() - pending.notice.at_ms > GIVE_UP_AFTER_MS) return { pending, text: `given up: ${sent.text}` }
  const due_ms = now_ms() + Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** (tries - 1))
  return { pending, text: `tried again: ${sent.text}`, again: { ...pending, tries, due_ms } }
}

function markSent(
  recent: readonly ToldNotice[],
  { channel, notice }: Pending,
  text: string,
): readonly ToldNotice[] {
  return recent.map((one) =>
    one.at_ms === notice.at_ms && one.kind === notice.kind && one.alert.key === notice.alert.key
      ? { ...one, sent: { ...one.sent, [channel]: text } }
      : one,
  )
}
