import type { AlertChannel, AlertSettings } from './configuration.ts'
import { AppError, type PlacedProblem } from './errors.ts'
import { MASK } from './secret.ts'

/**
 * The address of a channel lets everybody in who has it, so people see where it leads and not the way in:
 * `https://hooks.slack.com/***`.
 */
export function shownAlerts(alerts: AlertSettings): AlertSettings {
  return { ...alerts, channels: alerts.channels.map(shownChannel) }
}

/**
 * An address that comes back as it was shown stays as it is.
 *
 * @throws {AppError} CONFIG_INVALID for one that was shown and is written differently now, or stands at another channel
 */
export function withAddresses(given: AlertSettings, before: AlertSettings | undefined): AlertSettings {
  const problems: PlacedProblem[] = []
  const channels = given.channels.map((channel, index) => {
    const whole = withAddress(channel, before)
    if (whole === undefined) problems.push({ at: ['channels', index, 'url'], problem: HIDDEN })
    return whole ?? channel
  })
  if (problems.length > 0) throw new AppError('CONFIG_INVALID', { problems })
  return { ...given, channels }
}

/** The parts of an address that let somebody in, as an answer may repeat them. */
export function secretsOfChannel(channel: AlertChannel): readonly string[] {
  if (channel.kind === 'email') return []
  const { url } = channel
  if (!URL.canParse(url)) return [url]
  const { href, pathname, search, username, password } = new URL(url)
  const parts = `${pathname}/${search}`.split(/[/?&=]/).filter(isKeyLike)
  const way = [pathname + search, pathname].filter((text) => text.length >= PART_CHARS_MIN)
  return [url, href, ...way, ...parts, username, password].filter((text) => text !== '')
}

const HIDDEN = `must be written out whole: ${MASK} stands for what is not shown`
/** Shorter parts are words, such as `hooks` or `v1`. */
const PART_CHARS_MIN = 8

/** A word such as `services` is none. */
function isKeyLike(part: string): boolean {
  return part.length >= PART_CHARS_MIN && !/^[a-z-]{1,19}$/.test(part)
}

function shownChannel(channel: AlertChannel): AlertChannel {
  if (channel.kind === 'email') return channel
  const { url } = channel
  if (!URL.canParse(url)) return { ...channel, url: MASK }
  const { origin, href } = new URL(url)
  return href === `${origin}/` ? channel : { ...channel, url: `${origin}/${MASK}` }
}

function withAddress(channel: AlertChannel, before: AlertSettings | undefined): AlertChannel | undefined {
  if (channel.kind === 'email' || !channel.url.includes(MASK)) return channel
  const known = before?.channels.find(({ id }) => id === channel.id)
  if (known === undefined || known.kind === 'email') return undefined
  const shown = shownChannel(known)
  return 'url' in shown && shown.url === channel.url ? { ...channel, url: known.url } : undefined
}
