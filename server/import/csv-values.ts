import { parseTime_ms } from '../../core/timestamp.ts'

export const VALUE_TYPES = ['text', 'number', 'boolean', 'date', 'json'] as const
export type ValueType = (typeof VALUE_TYPES)[number]

/** `iso` reads ISO 8601 and seconds or milliseconds since 1970. */
export type DateRule = { readonly format: string; readonly zone: string }
export const ISO_UTC: DateRule = { format: 'iso', zone: 'UTC' }

/** Reads the text of a cell; undefined: it is none of the type. */
export type ReadValue = (text: string) => unknown

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...{ true: true, yes: true, y: true, t: true, '1': true },
  ...{ false: false, no: false, n: false, f: false, '0': false },
}

export function readerOf(type: ValueType, dates: DateRule): ReadValue {
  switch (type) {
    case 'text':
      return (text) => text
    case 'number':
      return (text) => (NUMBER.test(text.trim()) ? Number(text) : undefined)
    case 'boolean': {
      return (text) => {
        const word = text.trim().toLowerCase()
        return Object.hasOwn(BOOLEANS, word) ? BOOLEANS[word] : undefined
      }
    }
    case 'date': {
      const read = compileDate(dates)
      return (text) => {
        const time_ms = read?.(text.trim())
        return time_ms === undefined ? undefined : new Date(time_ms).toISOString()
      }
    }
    case 'json':
      return (text) => {
        try {
          return JSON.parse(text)
        } catch {
          return undefined
        }
      }
  }
}

/** The parts of a date, and how each is written. */
const PARTS: Readonly<Record<string, string>> = {
  ...{ YYYY: '(?<YYYY>\\d{4})', YY: '(?<YY>\\d{2})', MM: '(?<MM>\\d{2})', M: '(?<M>\\d{1,2})' },
  ...{ DD: '(?<DD>\\d{2})', D: '(?<D>\\d{1,2})', HH: '(?<HH>\\d{2})', H: '(?<H>\\d{1,2})' },
  ...{ hh: '(?<hh>\\d{2})', h: '(?<h>\\d{1,2})', A: '(?<A>[AaPp][Mm])' },
  ...{ mm: '(?<mm>\\d{2})', ss: '(?<ss>\\d{2})', SSS: '(?<SSS>\\d{1,6})' },
}
const TOKEN = /YYYY|YY|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A|./gsu

/**
 * Compiles `DD.MM.YYYY HH:mm` with a zone of the IANA names to a reader of milliseconds since 1970. The year with two
 * digits is of this century; `h` and `hh` count to 12 with `A`; fractions of a second are cut to milliseconds.
 *
 * @returns Undefined when the format names a part twice, or no year, month or day, or the zone is none.
 */
export function compileDate({ format, zone }: DateRule): ((text: string) => number | undefined) | undefined {
  const offset_ms = offsetOf(zone)
  if (offset_ms === undefined) return undefined
  if (format === 'iso') return isoReader(offset_ms)
  const tokens = format.match(TOKEN) ?? []
  const used = tokens.filter((token) => Object.hasOwn(PARTS, token))
  const names = used.map((token) => (token === 'mm' ? 'minute' : token[0] === 'h' ? 'H' : token[0]))
  if (new Set(names).size < names.length || !['Y', 'M', 'D'].every((one) => names.includes(one))) {
    return undefined
  }
  const pattern = tokens.map((token) => PARTS[token] ?? token.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')).join('')
  const whole = new RegExp(`^${pattern}$`)
  return (text) => {
    const found = whole.exec(text)?.groups
    const local_ms = found === undefined ? undefined : localTime_ms(found)
    return local_ms === undefined ? undefined : toUtc_ms(local_ms, offset_ms)
  }
}

/** As a text of ISO 8601, so that the same rules hold for 30 February and the 25th hour. */
function localTime_ms(found: Readonly<Record<string, string | undefined>>): number | undefined {
  const two = (text: string) => text.padStart(2, '0')
  const year = found['YYYY'] ?? `20${found['YY']}`
  const date = `${year}-${two(found['MM'] ?? found['M'] ?? '')}-${two(found['DD'] ?? found['D'] ?? '')}`
  const hour = hourOf(found)
  if (hour === undefined) return undefined
  const fraction = (found['SSS'] ?? '0').slice(0, 3)
  return parseTime_ms(`${date}T${two(hour)}:${found['mm'] ?? '00'}:${found['ss'] ?? '00'}.${fraction}Z`)
}

function hourOf(found: Readonly<Record<string, string | undefined>>): string | undefined {
  const half = found['A']?.toLowerCase()
  const hour = found['HH'] ?? found['H'] ?? found['hh'] ?? found['h'] ?? '0'
  if (half === undefined) return hour
  if (Number(hour) < 1 || Number(hour) > 12) return undefined
  return String((Number(hour) % 12) + (half === 'pm' ? 12 : 0))
}

const HAS_ZONE = /(Z|z|[+-]\d{2}(:?\d{2})?)$/
const DIGITS = /^\d+(\.\d+)?$/

function isoReader(offset_ms: Offset): (text: string) => number | undefined {
  return (text) => {
    if (DIGITS.test(text)) return parseTime_ms(Number(text))
    const time_ms = parseTime_ms(text)
    const isZoned = text.length > 10 && HAS_ZONE.test(text.slice(10))
    return time_ms === undefined || isZoned ? time_ms : toUtc_ms(time_ms, offset_ms)
  }
}

/** By how much the clocks of a zone are ahead of UTC at a moment. */
type Offset = (utc_ms: number) => number

function offsetOf(zone: string): Offset | undefined {
  if (zone.toUpperCase() === 'UTC') return () => 0
  let format: Intl.DateTimeFormat
  try {
    const numeric = 'numeric' as const
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', year: numeric, month: numeric, day: numeric },
      ...{ hour: numeric, minute: numeric, second: numeric },
    })
  } catch {
    return undefined
  }
  return (utc_ms) => {
    const parts = Object.fromEntries(
      format.formatToParts(utc_ms).map(({ type, value }) => [type, Number(value)]),
    )
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utc_ms / 1_000) * 1_000
  }
}

/** A time that the clocks show twice is the first of the two; one that they leave out is as far behind the gap. */
function toUtc_ms(local_ms: number, offset_ms: Offset): number {
  const before_ms = local_ms - offset_ms(local_ms - DAY_MS)
  const after_ms = local_ms - offset_ms(local_ms + DAY_MS)
  if (before_ms === after_ms) return before_ms
  return offset_ms(before_ms) === local_ms - before_ms ? before_ms : afterOrGap()

  function afterOrGap(): number {
    return offset_ms(after_ms) === local_ms - after_ms ? after_ms : before_ms
  }
}
const DAY_MS = 86_400_000
