import type { HttpRequest } from './destination.ts'
import { MASK, type Secret } from './secret.ts'

/** Puts `***` wherever a secret stands in a text. */
export type Mask = (text: string) => string

/** What is shorter could be a part of any word of a text: it is hidden where it stands by itself. */
const ANYWHERE_CHARS_MIN = 4
/** Answers are cut where they are long: so much of a secret at the end of a text is hidden too. */
const CUT_CHARS_MIN = 6
/** Shorter than this, the base64 of a secret is found in texts that have nothing to do with it. */
const BASE64_OF_CHARS_MIN = 8

/**
 * Finds secrets as they are, as they stand in JSON, in addresses and forms, and in base64, also as a part of what was
 * encoded, such as the password of `Basic …`.
 */
export function maskOf(secrets: Iterable<string>): Mask {
  const all = [...new Set(secrets)]
  const forms = [...new Set(all.flatMap(formsOf))].toSorted((a, b) => b.length - a.length)
  const short = all.filter((one) => one.length > 0 && one.length < ANYWHERE_CHARS_MIN)
  const words = short.map((one) => wordOf(one.toWellFormed()))
  if (forms.length + words.length === 0) return unchanged
  return (text) => {
    const hidden = forms.reduce(
      (so, form) => (so.includes(form) ? so.replaceAll(form, () => MASK) : so),
      text,
    )
    return words.reduce((so, word) => so.replaceAll(word, () => MASK), withoutCut(hidden, forms))
  }
}

/** A text where no letter or digit stands beside it. */
function wordOf(text: string): RegExp {
  const plain = text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${plain}(?![\\p{L}\\p{N}])`, 'gu')
}

/** Hides the beginning of a secret at the end of a text, also before the `…` that says that it was cut. */
function withoutCut(text: string, forms: readonly string[]): string {
  const whole = text.endsWith('…') ? text.slice(0, -1) : text
  let cut = 0
  for (const form of forms) {
    for (let chars = form.length - 1; chars >= Math.max(CUT_CHARS_MIN, cut + 1); chars--) {
      if (whole.endsWith(form.slice(0, chars))) cut = chars
    }
  }
  return cut === 0 ? text : `${whole.slice(0, -cut)}${MASK}${text.slice(whole.length)}`
}

/** The secrets among the values of an instance's settings: those that are some, and keys in the query of an address. */
export function secretsIn(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.values(values).flatMap((value) => {
    if (isSecret(value)) return ownSecrets(value.reveal())
    return typeof value === 'string' ? keysInAddress(value) : []
  })
}

const KEY_NAME = /key|token|secret|sig|pass|auth|code/i

/** What stands in an address under a name such as `token`. */
function keysInAddress(text: string): readonly string[] {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return []
  return [...new URL(text).searchParams].flatMap(([name, value]) => (KEY_NAME.test(name) ? [value] : []))
}

/** What a request carries that an answer may repeat, such as a token that was asked for just before. */
export function secretsOf({ authorization, signature }: HttpRequest): readonly string[] {
  const signing = signature === undefined ? [] : [signature.secret.reveal()]
  if (authorization === undefined) return signing
  switch (authorization.scheme) {
    case 'bearer':
      return [...signing, authorization.token.reveal()]
    case 'basic':
      return [...signing, ...passwordSecrets(authorization.user, authorization.password.reveal())]
    case 'own':
      return [...signing, ...ownSecrets(authorization.value.reveal())]
  }
}

/** Of a short one, only the whole header tells its base64 apart from any other. */
function passwordSecrets(user: string, password: string): readonly string[] {
  if (password === '' || password.length >= BASE64_OF_CHARS_MIN) return [password]
  const bytes = new TextEncoder().encode(`${user}:${password}`)
  return [password, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))]
}

/** A header such as `Bearer abc`: a receiver may repeat the last part without the first. */
function ownSecrets(header: string): readonly string[] {
  return [header, ...header.split(/\s+/).filter((part) => part.length >= BASE64_OF_CHARS_MIN)]
}

function isSecret(value: unknown): value is Secret {
  return (
    typeof value === 'object' && value !== null && 'reveal' in value && typeof value.reveal === 'function'
  )
}

const unchanged: Mask = (text) => text

function formsOf(secret: string): readonly string[] {
  if (secret.length < ANYWHERE_CHARS_MIN) return []
  const wellFormed = secret.toWellFormed()
  const encoded = encodeURIComponent(wellFormed)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encoded,
    encoded.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    encodeURI(wellFormed),
    new URLSearchParams([['', wellFormed]]).toString().slice(1),
    ...(secret.length < BASE64_OF_CHARS_MIN ? [] : base64Forms(wellFormed)),
  ]
}

/** A byte may be the first, second or third of the three that four characters of base64 stand for. */
function base64Forms(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret)
  return [0, 1, 2].flatMap((before) => {
    const padded = new Uint8Array(before + bytes.length)
    padded.set(bytes, before)
    // The characters at both ends that have bits of a neighbour in them are left out.
    const from = Math.ceil((before * 8) / 6)
    const to = Math.floor((padded.length * 8) / 6)
    const text = btoa(Array.from(padded, (byte) => String.fromCharCode(byte)).join('')).slice(from, to)
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
