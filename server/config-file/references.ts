import type { Path } from './problem.ts'
import { isObject, type Reader } from './reader.ts'

/** What stands in a file instead of a secret: `${env:HEAP_API_KEY}` or `${file:/run/secrets/heap}`. */
export type Reference = { readonly kind: 'env' | 'file'; readonly name: string }
/** Finds what a reference stands for, or says why it cannot. Never quotes it. */
export type LookUp = (
  reference: Reference,
  at: Path,
) => { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string }

const REFERENCE = /^\$\{(env|file):([^}]*)\}$/
/** One `$` more than a reference: a text that looks like one and is none. */
const ESCAPED = /^\$(\$+\{(?:env|file):[^}]*\})$/
const LOOKS_LIKE_ONE = /^\$+\{(env|file):[^}]*\}$/
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

export const nothingThere: LookUp = () => ({ ok: false, problem: 'refers to what is not there' })

/**
 * The file's value with what its references stand for, where they may stand: write keys, passwords of databases, settings at
 * any depth, and the addresses of alert channels. A reference is the whole text.
 */
export function resolveReferences(reader: Reader, value: unknown, lookUp: LookUp): unknown {
  return editReferences(value, (text, at, kind) =>
    // What stands in is right at its place, which is reported already.
    resolved(reader, lookUp, { text, at, standIn: STAND_INS[kind](at) }),
  )
}

type PlaceKind = 'writeKey' | 'address' | 'setting'
const STAND_INS: Readonly<Record<PlaceKind, (at: Path) => string | undefined>> = {
  writeKey: (at) => ['unresolved', ...at].join('-'),
  address: () => 'https://unresolved.invalid/',
  setting: () => undefined,
}

/** The value with each text edited that stands where a reference may stand. */
export function editReferences(
  value: unknown,
  edit: (text: string, at: Path, kind: PlaceKind) => unknown,
): unknown {
  const texts = (kind: PlaceKind) => (text: unknown, at: Path) =>
    typeof text === 'string' ? edit(text, at, kind) : text
  const [writeKey, setting] = [texts('writeKey'), texts('setting')]
  return editAt(value, [], {
    sources: [{ writeKey, olderWriteKeys: [writeKey], sql: { password: setting } }],
    destinations: [{ settings: (settings, at) => deep(settings, at, setting) }],
    alerts: { channels: [{ url: texts('address') }] },
  })
}

/** The reference that a text is; undefined for any other text, and for one that names nothing. */
export function readReference(text: string): Reference | undefined {
  const [, kind, name = ''] = REFERENCE.exec(text) ?? []
  if (kind === 'env') return ENV_NAME.test(name) ? { kind, name } : undefined
  return kind === 'file' && name.trim() !== '' ? { kind, name } : undefined
}

export function referenceText({ kind, name }: Reference): string {
  return `\${${kind}:${name}}`
}

/** A text of a setting as it must be written so that it is read as itself. */
export function plainText(text: string): string {
  return LOOKS_LIKE_ONE.test(text) ? `$${text}` : text
}

type Given = { readonly text: string; readonly at: Path; readonly standIn: string | undefined }

function resolved(reader: Reader, lookUp: LookUp, { text, at, standIn = text }: Given): string {
  const escaped = ESCAPED.exec(text)?.[1]
  if (escaped !== undefined) return escaped
  const [, kind, name = ''] = REFERENCE.exec(text) ?? []
  if (kind !== 'env' && kind !== 'file') return text
  const isNamed = kind === 'file' ? name.trim() !== '' : ENV_NAME.test(name)
  const found = isNamed ? lookUp({ kind, name }, at) : ({ ok: false, problem: NO_NAME[kind] } as const)
  if (found.ok) return found.text
  reader.report(at, found.problem)
  return standIn
}

const NO_NAME = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how it is written
  env: 'must name an environment variable, such as ${env:HEAP_API_KEY}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how it is written
  file: 'must name a file, such as ${file:/run/secrets/heap}',
} as const

type Edit = (value: unknown, at: Path) => unknown
type Edits = Edit | readonly [Edits] | { readonly [key: string]: Edits }

/** Edits the values at the places that `edits` has the shape of; what has another shape is for the check. */
function editAt(value: unknown, at: Path, edits: Edits): unknown {
  if (typeof edits === 'function') return edits(value, at)
  if (Array.isArray(edits)) {
    const [inner] = edits as readonly [Edits]
    return Array.isArray(value) ? value.map((item, index) => editAt(item, [...at, index], inner)) : value
  }
  if (!isObject(value)) return value
  const named = edits as { readonly [key: string]: Edits }
  return mapObject(value, (inner, key) => {
    const edit = Object.hasOwn(named, key) ? named[key] : undefined
    return edit === undefined ? inner : editAt(inner, [...at, key], edit)
  })
}

function deep(value: unknown, at: Path, edit: Edit): unknown {
  if (Array.isArray(value)) return value.map((item, index) => deep(item, [...at, index], edit))
  if (isObject(value)) return mapObject(value, (inner, key) => deep(inner, [...at, key], edit))
  return edit(value, at)
}

/** Keys such as `__proto__` are kept as they are. */
function mapObject(object: object, edit: (value: unknown, key: string) => unknown): unknown {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, edit(value, key)]))
}
