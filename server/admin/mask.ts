import type { TSchema } from 'typebox'
import { PERSONAL_MARK, type PersonalMark } from '../../contract/personal.ts'
import { Compile } from './compile.ts'

/** What stands for a text that is not shown. */
export const MASKED = '•••'

type Mask = (value: unknown) => unknown
/** The parts of JSON Schema that the contract uses. */
type Schema = TSchema & {
  readonly [PERSONAL_MARK]?: PersonalMark
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

/**
 * What takes the personal values out of an answer of this schema; undefined where it holds none. What it gives fits the
 * schema still.
 */
export function maskOf(schema: TSchema): Mask | undefined {
  const { [PERSONAL_MARK]: mark, properties, patternProperties, items, anyOf } = schema as Schema
  if (mark !== undefined) return markMask(mark)
  if (anyOf !== undefined) return choiceMask(anyOf)
  if (items !== undefined) {
    const item = maskOf(items)
    return item && ((value) => (Array.isArray(value) ? value.map(item) : value))
  }
  const named = masksOf(properties ?? {})
  const [any] = Object.values(patternProperties ?? {}).flatMap((one) => maskOf(one) ?? [])
  if (named.size === 0 && any === undefined) return undefined
  return (value) => eachOf(value, (name, one) => (named.get(name) ?? any ?? same)(one))
}

const same: Mask = (value) => value

function markMask(mark: PersonalMark): Mask | undefined {
  if (mark === false) return undefined
  if (mark === true) return maskAll
  if (mark === 'quotes') return maskSentence
  const keeping = keepTree(mark.keeps)
  return (value) => maskBut(value, keeping)
}

function masksOf(properties: Readonly<Record<string, Schema>>): ReadonlyMap<string, Mask> {
  const found = Object.entries(properties).flatMap(([name, schema]) => {
    const mask = maskOf(schema)
    return mask === undefined ? [] : [[name, mask] as const]
  })
  return new Map(found)
}

/** A value that fits none of the choices should not be there: all of it is masked. */
function choiceMask(choices: readonly Schema[]): Mask | undefined {
  const made = choices.map((choice) => ({ mask: maskOf(choice) ?? same, fits: Compile(choice) }))
  if (choices.every((choice) => maskOf(choice) === undefined)) return undefined
  return (value) => (made.find(({ fits }) => fits.Check(value))?.mask ?? maskAll)(value)
}

/** Texts are masked, numbers and flags left out; names and shape stay. */
function maskAll(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return MASKED
    case 'object':
      return Array.isArray(value) ? value.map(maskAll) : eachOf(value, (_, one) => maskAll(one))
    case 'undefined':
      return undefined
    default:
      return null
  }
}

const QUOTED = /(["`])[^"`]*\1|(“)[^”]*”|(?<!\w)(')[^']*'(?!\w)/g
const MAIL = /[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+/g
/** Letters with digits among them: ids of every kind. */
const ID = /\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{8,}/g
const NUMBER = /\d+(?:[.,:-]\d+)*/g
/** A status or a limit has fewer digits than what tells people apart. */
const DIGITS_MAX = 4

/** What it quotes, and what looks like a person's; the rest says what happened. */
function maskSentence(value: unknown): unknown {
  if (typeof value !== 'string') return maskAll(value)
  return value
    .replaceAll(QUOTED, (_, straight?: string, curly?: string, single?: string) => {
      if (curly !== undefined) return `“${MASKED}”`
      const quote = straight ?? single ?? '"'
      return `${quote}${MASKED}${quote}`
    })
    .replaceAll(MAIL, MASKED)
    .replaceAll(ID, MASKED)
    .replaceAll(NUMBER, (number) => (number.replaceAll(/\D/g, '').length > DIGITS_MAX ? '#' : number))
}

/** The places that are kept, by their names: `how` stands at the end of a path. */
type Keeping = { readonly how?: 'value' | 'sentence' | 'all'; readonly below: Map<string, Keeping> }

function keepTree(paths: readonly string[]): Keeping {
  const root: Keeping = { below: new Map() }
  for (const path of paths) {
    const isSentence = path.startsWith('~')
    const names = (isSentence ? path.slice(1) : path).split('.')
    const isAll = names.at(-1) === '**'
    put(root, isAll ? names.slice(0, -1) : names, isSentence ? 'sentence' : isAll ? 'all' : 'value')
  }
  return root
}

function put(at: Keeping, [name = '', ...rest]: readonly string[], how: NonNullable<Keeping['how']>): void {
  const known = at.below.get(name) ?? { below: new Map() }
  const next = rest.length === 0 ? { ...known, how } : known
  at.below.set(name, next)
  if (rest.length > 0) put(next, rest, how)
}

function maskBut(value: unknown, { how, below }: Keeping): unknown {
  if (how === 'all') return value
  if (typeof value !== 'object' || value === null) {
    if (how === 'value') return value
    return how === 'sentence' ? maskSentence(value) : maskAll(value)
  }
  const each = below.get('*')
  if (Array.isArray(value))
    return value.map((one) => (each === undefined ? maskAll(one) : maskBut(one, each)))
  return eachOf(value, (name, one) => {
    const next = below.get(name)
    return next === undefined ? maskAll(one) : maskBut(one, next)
  })
}

function eachOf(value: unknown, change: (name: string, value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(name, one)]))
}
