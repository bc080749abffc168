import type { RedactPattern } from './rule.ts'

/** Where in a text something stands: from the left, without overlaps. */
export type FindIn = (text: string) => readonly (readonly [from: number, to: number])[]

/**
 * What people's data looks like. Every repetition in these has a limit, so that no text makes them slow; what looks right is
 * checked where it has a check digit, so that an order number is not taken for a card.
 */
export const PATTERNS: Readonly<Record<RedactPattern, FindIn>> = {
  email: by(/[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}]{2,24}/gu),
  card: by(/(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d])/g, (text) => isLuhn(text.replace(/\D/g, ''))),
  phone: by(
    /(?<![\w.])(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){6,13}(?!\d)|(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\d-])/g,
  ),
  ip: findIps,
  ssn: by(/(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g),
  iban: findIbans,
}

function by(pattern: RegExp, isRight: (text: string) => boolean = () => true): FindIn {
  return (text) => {
    const found: (readonly [number, number])[] = []
    for (const { 0: part, index } of text.matchAll(pattern)) {
      if (isRight(part)) found.push([index, index + part.length])
    }
    return found
  }
}

/** ISO/IEC 7812-1, annex B. */
function isLuhn(digits: string): boolean {
  let sum = 0
  for (let at = digits.length - 1, isSecond = false; at >= 0; at--, isSecond = !isSecond) {
    const digit = Number(digits[at]) * (isSecond ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0 && /[1-9]/.test(digits)
}

const IP_LIKE = /(?<![\w.:])[0-9A-Fa-f:.]{2,45}(?![\w:])/g
const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/

function findIps(text: string): ReturnType<FindIn> {
  const found: (readonly [number, number])[] = []
  for (const { 0: part, index } of text.matchAll(IP_LIKE)) {
    // A full stop may end the sentence.
    const ip = part.replace(/\.$/, '')
    if ((!ip.endsWith('.') && V4.test(ip)) || isV6(ip)) found.push([index, index + ip.length])
  }
  return found
}

/** RFC 4291, section 2.2. */
function isV6(text: string): boolean {
  const halves = text.split('::')
  if (!text.includes(':') || halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const tail = groups.at(-1) ?? ''
  const isMixed = tail.includes('.')
  const plain = isMixed ? groups.slice(0, -1) : groups
  const count = plain.length + (isMixed ? 2 : 0)
  if (isMixed && !V4.test(tail)) return false
  // A time of day, `12:30`, has two groups, and a lone `::` says nothing.
  return (
    plain.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group)) &&
    (halves.length === 2 ? count > 0 && count < 8 : count === 8)
  )
}

const IBAN_LIKE = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![a-z0-9])/g
const IBAN_CHARS_MIN = 15

/** ISO 13616: the shortest is Norway's. What follows in capitals may look as if it belonged to it. */
function findIbans(text: string): ReturnType<FindIn> {
  const found: (readonly [number, number])[] = []
  for (const { 0: part, index } of text.matchAll(IBAN_LIKE)) {
    for (let length = part.length; length >= IBAN_CHARS_MIN; length--) {
      const iban = part.slice(0, length)
      if (
        /[A-Z0-9]$/.test(iban) &&
        !/^[A-Z0-9]/.test(part.slice(length)) &&
        isIban(iban.replaceAll(' ', ''))
      ) {
        found.push([index, index + length])
        break
      }
    }
  }
  return found
}

function isIban(iban: string): boolean {
  if (iban.length < IBAN_CHARS_MIN || iban.length > 34) return false
  let rest = 0
  for (const letter of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(letter, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}
