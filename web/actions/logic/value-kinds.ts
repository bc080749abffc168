import type { FieldType } from '../../../core/destination.ts'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { readLookup, writeLookup } from './lookup.ts'

/** How a field's mapping is shown for editing; what fits none of the others is code. */
export const VALUE_KINDS = [
  'path',
  'template',
  'fixed',
  'object',
  'first',
  'lookup',
  'code',
  'nothing',
] as const
export type ValueKind = (typeof VALUE_KINDS)[number]

export const KIND_LABELS: Readonly<Record<ValueKind, string>> = {
  path: 'From the event',
  template: 'Text with values',
  fixed: 'Fixed value',
  object: 'Object',
  first: 'First that is there',
  lookup: 'From a table',
  code: 'Code',
  nothing: 'Nothing',
}

type Parts = { readonly [name: string]: MappingValue }

export function kindOf(value: MappingValue | undefined, type: FieldType): ValueKind {
  if (value === undefined) return 'nothing'
  if (typeof value !== 'object' || value === null) return 'fixed'
  const [name, argument] = directiveOf(value) ?? []
  const isText = typeof argument === 'string'
  if (name === '@path' && isText) return type === 'object' ? 'object' : 'path'
  if (name === '@template' && isText) return 'template'
  if (name === '@first' && Array.isArray(argument) && argument.length > 0) return 'first'
  if (readLookup(value) !== undefined) return 'lookup'
  return readObject(value) === undefined ? 'code' : 'object'
}

/** What a field begins with when a person chooses another kind for it: as much of what it had as makes sense. */
export function valueFor(
  kind: ValueKind,
  before: MappingValue | undefined,
  fallback: MappingValue | undefined,
): MappingValue | undefined {
  const path = pathIn(before) ?? pathIn(fallback)
  switch (kind) {
    case 'nothing':
      return undefined
    case 'path':
      return { '@path': path ?? '$.' }
    case 'template':
      if (typeof before === 'string') return { '@template': before }
      return { '@template': path === undefined ? '' : `{{${path.replace(/^\$\./, '')}}}` }
    case 'fixed':
      return typeof before === 'object' || before === undefined ? '' : before
    case 'object': {
      if (before !== undefined && readObject(before) !== undefined) return before
      return path === undefined ? {} : { '@path': path }
    }
    case 'first':
      return { '@first': [before ?? { '@path': path ?? '$.' }, ''] }
    case 'lookup':
      return readLookup(before) === undefined
        ? writeLookup({ value: { '@path': path ?? '$.' }, rows: [{ key: '', value: '' }], otherwise: before })
        : before
    case 'code':
      return before ?? null
  }
}

/** The first path in a value, however deep. */
function pathIn(value: MappingValue | undefined): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const [name, argument] = directiveOf(value) ?? []
  if (name === '@path' && typeof argument === 'string') return argument
  for (const inner of Object.values(value)) {
    const found = pathIn(inner as MappingValue)
    if (found !== undefined) return found
  }
  return undefined
}

/** An object of the event without some of its keys, with others put in; or without `from`, of those others alone. */
export type ObjectParts = {
  readonly from?: MappingValue
  readonly without: readonly string[]
  readonly added: Parts
}

/** Reads `@path`, `@omit` of it, `@merge` of it with an object, and plain objects; undefined for anything else. */
export function readObject(value: MappingValue): ObjectParts | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const directive = directiveOf(value)
  if (directive === undefined) return { without: [], added: value as Parts }
  const [name, argument] = directive
  if (name === '@path' && typeof argument === 'string') return { from: value, without: [], added: {} }
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) return undefined
  return name === '@merge' ? readMerge(argument as Parts) : readOmit(name, argument as Parts)
}

function readMerge({ objects, direction = 'right', ...rest }: Parts): ObjectParts | undefined {
  if (direction !== 'right' || Object.keys(rest).length > 0 || !isList(objects)) return undefined
  const [base, added] = objects
  if (objects.length !== 2 || base === undefined || added === undefined) return undefined
  const parts = readObject(base)
  const own = readObject(added)
  const isPlain = own !== undefined && own.from === undefined
  if (parts?.from === undefined || Object.keys(parts.added).length > 0 || !isPlain) return undefined
  return { ...parts, added: own.added }
}

function readOmit(name: string, { value, keys, ...rest }: Parts): ObjectParts | undefined {
  if (name !== '@omit' || value === undefined || Object.keys(rest).length > 0) return undefined
  if (!isList(keys) || !keys.every((key) => typeof key === 'string')) return undefined
  const inner = readObject(value)
  if (inner?.from === undefined || inner.without.length > 0 || Object.keys(inner.added).length > 0) {
    return undefined
  }
  return { from: inner.from, without: keys as readonly string[], added: {} }
}

/** The shortest mapping that says so: `readObject` of it gives the same parts. */
export function writeObject({ from, without, added }: ObjectParts): MappingValue {
  if (from === undefined) return added
  const base = without.length === 0 ? from : { '@omit': { value: from, keys: without } }
  return Object.keys(added).length === 0 ? base : { '@merge': { objects: [base, added] } }
}

export function directiveOf(value: MappingValue): readonly [string, MappingValue] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.entries(value as Parts).find(([name]) => name.startsWith('@'))
}

function isList(value: MappingValue | undefined): value is readonly MappingValue[] {
  return Array.isArray(value)
}

/** What a person typed as a fixed value, as the field's type has it: a text stays one where nothing is lost by it. */
export function fixedValue(text: string, type: FieldType): MappingValue {
  if (type === 'number' || type === 'integer') {
    const number = Number(text)
    return text.trim() !== '' && Number.isFinite(number) ? number : text
  }
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  return text
}
