import { ALERT_DEFAULTS } from './alerts.ts'
import { type AlertChannel, type AlertSettings, CHANNEL_KINDS } from './configuration.ts'
import type { PlacedProblem } from './errors.ts'

export const CHANNELS_MAX = 20
const ADDRESSES_MAX = 50
/** A day: longer than that, a rate says nothing of now. */
const MINUTES_MAX = 1_440
const ID = /^[a-z0-9-]{1,64}$/
/** Enough to catch what is no address at all; whether it can be reached, sending shows. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
/** The bounds of each number of a rule. */
const BOUNDS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  minutes: [0, MINUTES_MAX],
  percent: [0, 100],
  count: [1, 1_000_000],
}

type Unknown = Readonly<Record<string, unknown>>
type Report = (at: PlacedProblem['at'], problem: string) => void

/** Reads what a person wrote about alerts, or tells everything that is wrong with it. */
export function readAlerts(
  given: unknown,
):
  | { readonly ok: true; readonly alerts: AlertSettings }
  | { readonly ok: false; readonly problems: readonly PlacedProblem[] } {
  const problems: PlacedProblem[] = []
  const report: Report = (at, problem) => problems.push({ at, problem })
  if (!isObject(given))
    return { ok: false, problems: [{ at: [], problem: 'must be a set of channels and rules' }] }
  reportUnknown(given, ['channels', 'rules'], [], report)
  const channels = readChannels(given['channels'] ?? [], report)
  const rules = given['rules'] === undefined ? undefined : readRules(given['rules'], report)
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, alerts: { channels, ...(rules === undefined ? {} : { rules }) } }
}

function readChannels(given: unknown, report: Report): readonly AlertChannel[] {
  if (!Array.isArray(given)) {
    report(['channels'], 'must be a list')
    return []
  }
  if (given.length > CHANNELS_MAX) report(['channels'], `are over the limit of ${CHANNELS_MAX}`)
  const seen = new Set<unknown>()
  return given.map((one: unknown, index) => {
    const at = ['channels', index]
    if (!isObject(one)) {
      report(at, 'must be a channel: an id, a kind, and where it goes')
      return NO_CHANNEL
    }
    if (seen.has(one['id'])) report([...at, 'id'], 'is there twice')
    seen.add(one['id'])
    return readChannel(one, at, report)
  })
}
const NO_CHANNEL: AlertChannel = { id: '', kind: 'webhook', url: '' }

function readChannel(given: Unknown, at: PlacedProblem['at'], report: Report): AlertChannel {
  const { id, kind, url, to } = given
  if (typeof id !== 'string' || !ID.test(id)) {
    report([...at, 'id'], 'must be 1 to 64 characters of "a" to "z", "0" to "9" and "-"')
  }
  if (kind === 'email') {
    reportUnknown(given, ['id', 'kind', 'to'], at, report)
    return { id: String(id), kind, to: readAddresses(to, [...at, 'to'], report) }
  }
  const known = CHANNEL_KINDS.find((one) => one === kind)
  if (known === undefined) report([...at, 'kind'], `must be one of ${CHANNEL_KINDS.join(', ')}`)
  reportUnknown(given, ['id', 'kind', 'url'], at, report)
  if (typeof url !== 'string' || !isWebAddress(url)) {
    report([...at, 'url'], 'must be an address that begins with https:// or http://')
  }
  return { id: String(id), kind: kind === 'slack' ? 'slack' : 'webhook', url: String(url) }
}

function readAddresses(given: unknown, at: PlacedProblem['at'], report: Report): readonly string[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > ADDRESSES_MAX) {
    report(at, `must be 1 to ${ADDRESSES_MAX} e-mail addresses`)
    return []
  }
  for (const [index, address] of given.entries()) {
    if (typeof address !== 'string' || !EMAIL.test(address)) report([...at, index], 'is no e-mail address')
  }
  return given as string[]
}

function readRules(given: unknown, report: Report): AlertSettings['rules'] {
  if (!isObject(given)) {
    report(['rules'], 'must be a set of rules')
    return {}
  }
  reportUnknown(given, Object.keys(ALERT_DEFAULTS), ['rules'], report)
  for (const [name, usual] of Object.entries(ALERT_DEFAULTS)) {
    const at = ['rules', name]
    const rule = given[name]
    if (rule === undefined || rule === false) continue
    if (typeof usual === 'boolean') {
      if (rule !== true) report(at, 'must be true or false')
    } else if (isObject(rule)) readNumbers(rule, Object.keys(usual), at, report)
    else report(at, `must be false, or have ${Object.keys(usual).join(' and ')}`)
  }
  return given as AlertSettings['rules']
}

function readNumbers(rule: Unknown, names: readonly string[], at: PlacedProblem['at'], report: Report): void {
  reportUnknown(rule, names, at, report)
  for (const name of names) {
    const value = rule[name]
    const [min, max] = BOUNDS[name] ?? [0, 0]
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      report([...at, name], `must be a number from ${min} to ${max}`)
    }
  }
}

function reportUnknown(
  given: Unknown,
  known: readonly string[],
  at: PlacedProblem['at'],
  report: Report,
): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) report([...at, name], `is not known here; there are ${known.join(', ')}`)
  }
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s/]+/.test(text)
}

function isObject(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
