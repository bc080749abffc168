import { AppError } from '../errors.ts'
import type { Json, JsonObject, SpecEvent } from '../event.ts'
import { hmacSha256 } from '../hmac.ts'
import { setOwn } from '../own.ts'
import { pathKeys } from '../path.ts'
import { MASK } from '../secret.ts'
import { hex } from '../sha256.ts'
import { type FindIn, PATTERNS } from './patterns.ts'
import { compileRegex } from './regex.ts'
import { type RedactRule, ruleText } from './rule.ts'

/** What an event becomes: the same object when nothing was found. @throws {AppError} REDACTION_FAILED */
export type Redact = <T extends SpecEvent | JsonObject>(event: T) => T

/** What an event is counted, ordered and delivered by: no rule touches it. */
export const KEPT_FIELDS = [
  'messageId',
  'type',
  'timestamp',
  'originalTimestamp',
  'sentAt',
  'receivedAt',
] as const
/** Whose it is, and what it is called: only a rule that names the very field touches it. */
export const NAMED_FIELDS = ['userId', 'anonymousId', 'previousId', 'groupId', 'event', 'name'] as const

/**
 * Compiles rules, once. They are applied in their order, each to what the one before left.
 *
 * @param salt Of this installation: hashes made with another one are others.
 * @throws {AppError} REDACTION_FAILED for a rule that cannot be compiled. `ruleProblems` finds that beforehand.
 */
export function compileRedaction(rules: readonly RedactRule[], salt: string): Redact {
  const steps = rules.map((rule, index) => ({ apply: compileRule(rule, salt, index), rule, index }))
  return (event) => {
    let value: Json = event as unknown as Json
    for (const { apply, rule, index } of steps) {
      try {
        value = apply(value as JsonObject)
      } catch (error) {
        throw failed(rule, index, error)
      }
    }
    return value as never
  }
}

/** The same, for who must go on whatever is configured: rules that cannot be compiled let no event through. */
export function redactionOf(rules: readonly RedactRule[] | undefined, salt: string): Redact | undefined {
  if (rules === undefined || rules.length === 0) return undefined
  try {
    return compileRedaction(rules, salt)
  } catch (error) {
    return () => {
      throw error
    }
  }
}

/** Names the rule and never what it was applied to. */
function failed(rule: RedactRule, index: number, error: unknown): AppError {
  const problem = error instanceof RangeError ? error.message : 'it failed'
  return new AppError(
    'REDACTION_FAILED',
    { rule: index + 1, does: ruleText(rule), problem },
    { cause: error },
  )
}

type Replace = (text: string) => string
type Apply = (event: JsonObject) => JsonObject

function compileRule(rule: RedactRule, salt: string, index: number): Apply {
  const replace = replacer(rule, salt)
  const finder = finderOf(rule, index)
  const change: Change =
    finder === undefined ? whole(rule, replace) : within(replaceFound(finder, replace), rule.keys === true)
  const keys = rule.path === undefined ? undefined : pathKeys(rule.path)
  const at = keys === undefined ? everywhere(change) : walker(keys, change)
  return (event) => fieldByField(event, (name) => touches(name, keys), at)
}

function touches(name: string, keys: readonly string[] | undefined): boolean {
  if ((KEPT_FIELDS as readonly string[]).includes(name)) return false
  return !(NAMED_FIELDS as readonly string[]).includes(name) || keys?.[0] === name
}

/** A change of a value: undefined takes it out. The same value says that nothing was found. */
type Change = (value: Json) => Json | undefined

function replacer({ how, keepLast = 0 }: RedactRule, salt: string): Replace {
  switch (how) {
    case 'drop':
      return () => ''
    case 'hash':
      return (text) => redactedHash(salt, text)
    case 'mask':
      // Never more than half of it.
      return (text) =>
        MASK + (keepLast === 0 ? '' : text.slice(-Math.min(keepLast, Math.floor(text.length / 2))))
  }
}

/** What stands for a value in the place of which a rule puts a hash: 64 hexadecimal digits. */
export function redactedHash(salt: string, text: string): string {
  return hex(hmacSha256(salt, text))
}

/** All of what stands at a place. What is no text is masked whole, and hashed as its JSON. */
function whole({ how }: RedactRule, replace: Replace): Change {
  if (how === 'drop') return () => undefined
  return (value) => {
    if (value === null) return value
    if (typeof value === 'string') return replace(value)
    return how === 'mask' ? MASK : replace(JSON.stringify(value))
  }
}

function finderOf({ pattern, regex }: RedactRule, index: number): FindIn | undefined {
  if (pattern !== undefined) return PATTERNS[pattern]
  if (regex === undefined) return undefined
  const compiled = compileRegex(regex)
  if (compiled.ok) return compiled.regex.find
  throw failed({ how: 'drop', regex }, index, new RangeError(compiled.problem))
}

function replaceFound(find: FindIn, replace: Replace): Replace {
  return (text) => {
    const found = find(text)
    if (found.length === 0) return text
    let [result, after] = ['', 0]
    for (const [from, to] of found) {
      result += text.slice(after, from) + replace(text.slice(from, to))
      after = to
    }
    return result + text.slice(after)
  }
}

/** In every text of a value; a number is looked at as a text, as card numbers are sent as numbers too. */
function within(replace: Replace, inKeys: boolean): Change {
  return function change(value): Json | undefined {
    if (typeof value === 'string') return replace(value)
    if (typeof value === 'number') {
      const text = String(value)
      const replaced = replace(text)
      return replaced === text ? value : replaced
    }
    if (Array.isArray(value)) return sameList(value, change)
    if (typeof value !== 'object' || value === null) return value
    return sameObject(value as JsonObject, change, inKeys ? replace : undefined)
  }
}

/** Inside of a value whose top is an event. */
function everywhere(change: Change): (value: Json, name: string) => Json | undefined {
  return (value) => change(value)
}

/** At the places that the keys name, below the field that the first of them is. */
function walker(keys: readonly string[], change: Change): (value: Json, name: string) => Json | undefined {
  function below(value: Json, at: number): Json | undefined {
    if (at === keys.length) return change(value)
    if (typeof value !== 'object' || value === null) return value
    return Array.isArray(value)
      ? sameList(value, (item, index) => step(item, String(index), at))
      : sameObject(value as JsonObject, (item, name) => step(item, name, at))
  }
  function step(value: Json, name: string, at: number): Json | undefined {
    const key = keys[at]
    if (key === '**') {
      // No key for it: what comes next is looked for here; or this one, and more behind it.
      if (at === keys.length - 1) return change(value)
      const here = step(value, name, at + 1)
      return here === undefined ? undefined : below(here, at)
    }
    return key === '*' || key === name ? below(value, at + 1) : value
  }
  return (value, name) => step(value, name, 0)
}

function fieldByField(
  event: JsonObject,
  touches: (name: string) => boolean,
  change: (value: Json, name: string) => Json | undefined,
): JsonObject {
  return sameObject(event, (value, name) => (touches(name) ? change(value, name) : value))
}

/** The same object when nothing in it has changed. */
function sameObject(
  object: JsonObject,
  change: (value: Json, name: string) => Json | undefined,
  changeKey: Replace = (name) => name,
): JsonObject {
  let hasChanged = false
  const next: Record<string, Json> = {}
  for (const name of Object.keys(object)) {
    const before = object[name] as Json
    const after = change(before, name)
    const key = changeKey(name)
    hasChanged ||= after !== before || key !== name
    if (after !== undefined) setOwn(next, key, after)
  }
  return hasChanged ? next : object
}

function sameList(
  list: readonly Json[],
  change: (value: Json, index: number) => Json | undefined,
): readonly Json[] {
  const next = list.map(change)
  if (next.every((item, index) => item === list[index])) return list
  return next.filter((item): item is Json => item !== undefined)
}
