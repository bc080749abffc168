import type { AlertSettings } from './configuration.ts'

const MINUTE_MS = 60_000
/** What is well again for this long is well: a receiver that comes and goes is one alert, not many. */
export const RECOVERED_AFTER_MS = 5 * MINUTE_MS
const LOST_WITHIN_minutes = 60

export const ALERT_RULES = ['held', 'failing', 'lag', 'deadLetters', 'disk'] as const
export type AlertRule = (typeof ALERT_RULES)[number]

/** What is told of when a person has set nothing else. Minutes are how long it must have been so. */
export const ALERT_DEFAULTS = {
  held: { minutes: 1 },
  failing: { percent: 20, minutes: 5 },
  lag: { minutes: 15 },
  deadLetters: { count: 100, minutes: 60 },
  disk: true,
} as const satisfies Required<NonNullable<AlertSettings['rules']>>

/** How many of the last minutes the rules need to know. */
export function minutesNeeded(settings: AlertSettings | undefined): number {
  const { failing, deadLetters } = { ...ALERT_DEFAULTS, ...settings?.rules }
  const asked = [failing, deadLetters].map((rule) => (rule === false ? 0 : rule.minutes))
  return Math.max(LOST_WITHIN_minutes, ...asked)
}

/** How a destination is, as far as alerts go by it. */
export type MeasuredInstance = {
  readonly id: string
  readonly name: string
  readonly state: 'flowing' | 'waiting for budget' | 'backing off' | 'held' | 'paused' | 'off' | 'in pages'
  readonly since_ms: number
  readonly reason?: { readonly code: string; readonly text: string }
  /** The age of the oldest event that waits; 0 for none. */
  readonly lag_ms: number
  /** Deliveries that ended within the last minutes, by minutes: the newest last. */
  readonly delivered: readonly number[]
  readonly dead: readonly number[]
  /** Events that the log had to let go before they were read. */
  readonly expired: readonly number[]
  /** Dead letters that the limit on their size removed. */
  readonly givenUp: readonly number[]
}
/** A source whose database cannot be read. */
export type MeasuredSource = {
  readonly id: string
  readonly name: string
  readonly since_ms: number
  readonly text: string
}
export type Measured = {
  readonly instances: readonly MeasuredInstance[]
  /** Left out: all of them are read. */
  readonly sources?: readonly MeasuredSource[]
  readonly disk: { readonly free_bytes: number; readonly free_bytes_min: number }
}

/** Something that is not as it should be, at this moment. */
export type Trouble = {
  /** The same for the same trouble of the same thing: `held heap`. */
  readonly key: string
  readonly rule: AlertRule
  /** The destination's id. */
  readonly of?: string
  /** It must have lasted so long before anybody is told. */
  readonly after_ms: number
  readonly text: string
}

/** A trouble that somebody has been told of, or will be when it lasts. */
export type Alert = {
  readonly key: string
  readonly rule: AlertRule
  readonly of?: string
  readonly text: string
  readonly since_ms: number
  /** When people were told; undefined while it has not lasted long enough. */
  readonly toldAt_ms?: number
  /** Since when it is well again; undefined while it is not. */
  readonly wellSince_ms?: number
}
export type Notice = {
  readonly kind: 'alert' | 'recovered'
  readonly alert: Alert
  readonly at_ms: number
}

/**
 * What is told now, from what was known and what is measured. Nobody is told of what did not last, nor twice of the same;
 * what somebody was told of is told again once, when it has been well for `RECOVERED_AFTER_MS`.
 */
export function stepAlerts(
  known: readonly Alert[],
  troubles: readonly Trouble[],
  now_ms: number,
): { readonly alerts: readonly Alert[]; readonly notices: readonly Notice[] } {
  const notices: Notice[] = []
  const alerts: Alert[] = []
  const here = new Map(troubles.map((trouble) => [trouble.key, trouble]))
  for (const alert of known) {
    const trouble = here.get(alert.key)
    here.delete(alert.key)
    const next = trouble === undefined ? whenWell(alert, now_ms) : whenNot(alert, trouble, now_ms)
    if (next.notice !== undefined) notices.push({ kind: next.notice, alert: next.alert, at_ms: now_ms })
    if (next.notice !== 'recovered' && !next.isOver) alerts.push(next.alert)
  }
  for (const trouble of here.values()) {
    const { after_ms: _, ...rest } = trouble
    const next = whenNot({ ...rest, since_ms: now_ms }, trouble, now_ms)
    if (next.notice !== undefined) notices.push({ kind: next.notice, alert: next.alert, at_ms: now_ms })
    alerts.push(next.alert)
  }
  return { alerts, notices }
}

type Next = { readonly alert: Alert; readonly notice?: Notice['kind']; readonly isOver?: boolean }

function whenNot({ wellSince_ms: _, ...alert }: Alert, { text, after_ms }: Trouble, now_ms: number): Next {
  const next = { ...alert, text }
  if (alert.toldAt_ms !== undefined || now_ms - alert.since_ms < after_ms) return { alert: next }
  return { alert: { ...next, toldAt_ms: now_ms }, notice: 'alert' }
}

/** What nobody was told of is over at once: next time it has to last anew. */
function whenWell(alert: Alert, now_ms: number): Next {
  if (alert.toldAt_ms === undefined) return { alert, isOver: true }
  const wellSince_ms = alert.wellSince_ms ?? now_ms
  const isRecovered = now_ms - wellSince_ms >= RECOVERED_AFTER_MS
  return { alert: { ...alert, wellSince_ms }, ...(isRecovered ? { notice: 'recovered' as const } : {}) }
}

/** Everything that is not as it should be, in words that say what to do. */
export function troublesIn(
  { instances, sources = [], disk }: Measured,
  settings: AlertSettings | undefined,
): readonly Trouble[] {
  const rules = { ...ALERT_DEFAULTS, ...settings?.rules }
  return [
    ...instances.flatMap((instance) => troublesOf(instance, rules)),
    ...sources.flatMap((source) => unreadTrouble(source, rules)),
    ...diskTrouble(disk, rules),
  ]
}

type Rules = Required<NonNullable<AlertSettings['rules']>>

function troublesOf(instance: MeasuredInstance, rules: Rules): readonly Trouble[] {
  const { state } = instance
  if (state === 'off' || state === 'in pages') return []
  // Who pauses a destination knows that it waits, and that nothing goes out.
  if (state === 'paused') return []
  return [
    ...heldTrouble(instance, rules),
    ...failingTrouble(instance, rules),
    ...lagTrouble(instance, rules),
    ...deadTrouble(instance, rules),
    ...lostTrouble(instance, rules),
  ]
}

function trouble(
  rule: AlertRule,
  { id }: MeasuredInstance,
  minutes: number,
  text: string,
): readonly Trouble[] {
  return [{ key: `${rule} ${id}`, rule, of: id, after_ms: minutes * MINUTE_MS, text }]
}

function heldTrouble(instance: MeasuredInstance, { held }: Rules): readonly Trouble[] {
  const { name, state, reason } = instance
  if (held === false || state !== 'held') return []
  const why = reason === undefined ? '' : ` ${reason.text}`
  return trouble(
    'held',
    instance,
    held.minutes,
    `${name} is held: nothing is sent to it until its settings are mended.${why}`,
  )
}

function failingTrouble(instance: MeasuredInstance, { failing }: Rules): readonly Trouble[] {
  if (failing === false) return []
  const { name, state, reason } = instance
  if (state === 'backing off') {
    const why = reason === undefined ? '' : ` ${reason.text}`
    return trouble(
      'failing',
      instance,
      failing.minutes,
      `${name} does not take events; they wait and are tried again.${why}`,
    )
  }
  const [delivered, dead] = [
    sumOfLast(instance.delivered, failing.minutes),
    sumOfLast(instance.dead, failing.minutes),
  ]
  const percent = delivered + dead === 0 ? 0 : (dead / (delivered + dead)) * 100
  if (percent <= failing.percent) return []
  // The share is of the last minutes already: it need not last besides.
  return trouble(
    'failing',
    instance,
    0,
    `${name}: ${dead} of the ${delivered + dead} deliveries of the last ${failing.minutes} min failed for good (${Math.round(percent)} %). They are in the dead letters.`,
  )
}

function lagTrouble(instance: MeasuredInstance, { lag }: Rules): readonly Trouble[] {
  const { name, lag_ms } = instance
  if (lag === false || lag_ms < lag.minutes * MINUTE_MS) return []
  return trouble(
    'lag',
    instance,
    0,
    `${name} is behind: its oldest event waits for more than ${lag.minutes} min.`,
  )
}

function deadTrouble(instance: MeasuredInstance, { deadLetters }: Rules): readonly Trouble[] {
  if (deadLetters === false) return []
  const dead = sumOfLast(instance.dead, deadLetters.minutes)
  if (dead < deadLetters.count) return []
  return trouble(
    'deadLetters',
    instance,
    0,
    `${instance.name}: ${deadLetters.count} or more new dead letters within ${deadLetters.minutes} min.`,
  )
}

/** A run fails only now and then, so that it is so at every look until one ends well. */
function unreadTrouble({ id, name, text }: MeasuredSource, { failing }: Rules): readonly Trouble[] {
  if (failing === false) return []
  return [
    {
      key: `failing source ${id}`,
      rule: 'failing',
      after_ms: failing.minutes * MINUTE_MS,
      text: `The source ${name} cannot be read; it is tried again. ${text}`,
    },
  ]
}

/** An operator limited the log, and it was too small for what this destination was behind; or its dead letters. */
function lostTrouble(instance: MeasuredInstance, { disk }: Rules): readonly Trouble[] {
  const expired = sumOfLast(instance.expired, LOST_WITHIN_minutes)
  const givenUp = sumOfLast(instance.givenUp, LOST_WITHIN_minutes)
  if (!disk || expired + givenUp === 0) return []
  const { name } = instance
  const texts = [
    ...(expired === 0
      ? []
      : [
          `${name} lost ${expired} events within the last hour: the log reached its limit before they were read.`,
        ]),
    ...(givenUp === 0
      ? []
      : [`${givenUp} dead letters of ${name} were given up within the last hour: they reached their limit.`]),
  ]
  return trouble('disk', instance, 0, texts.join(' '))
}

function diskTrouble({ free_bytes, free_bytes_min }: Measured['disk'], { disk }: Rules): readonly Trouble[] {
  // Told before events are answered 503, so that there is time.
  if (!disk || free_bytes >= 2 * free_bytes_min) return []
  const [free, least] = [free_bytes, free_bytes_min].map((bytes) => Math.floor(bytes / 1_048_576))
  return [
    {
      key: 'disk',
      rule: 'disk',
      after_ms: 0,
      text: `The disk is nearly full: ${free} MiB are free; below ${least} MiB events are answered 503.`,
    },
  ]
}

function sumOfLast(minutes: readonly number[], count: number): number {
  return minutes.slice(-count).reduce((sum, one) => sum + one, 0)
}
