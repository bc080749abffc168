import type { Mapping, MappingValue } from '../../../core/mapping/mapping.ts'
import type { Answer } from '../../api/api.ts'

export type SavedAction = Answer<'GET /admin/v1/destinations/:id'>['actions'][number]
/** What a person changes of an action before it is saved. */
export type Draft = Pick<SavedAction, 'name' | 'enabled' | 'trigger' | 'mapping'> & {
  /** Empty: none. */
  readonly transform: string
}
type Drafted = Omit<Draft, 'transform'> & { readonly transform?: string }

export function draftOf({ name, enabled, trigger, transform = '', mapping }: Drafted): Draft {
  return { name, enabled, trigger, transform, mapping }
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const [left, right] = [one, other] as Readonly<Record<string, unknown>>[]
  const keys = Object.keys(left as object)
  return (
    keys.length === Object.keys(right as object).length &&
    keys.every((key) => Object.hasOwn(right as object, key) && sameJson(left?.[key], right?.[key]))
  )
}

/** What differs, as the API takes it; empty when nothing does. */
export function changesOf(draft: Draft, saved: Draft): Partial<Draft> {
  const keys = ['name', 'enabled', 'trigger', 'transform', 'mapping'] as const
  return Object.fromEntries(
    keys.filter((key) => !sameJson(draft[key], saved[key])).map((key) => [key, draft[key]]),
  )
}

/** A field's part of a mapping replaced; `undefined` leaves it out. Others keep their order. */
export function withField(mapping: Mapping, field: string, value: MappingValue | undefined): Mapping {
  if (value !== undefined) return { ...mapping, [field]: value }
  return Object.fromEntries(Object.entries(mapping).filter(([name]) => name !== field))
}

/**
 * What becomes of a draft when the saved action turns out to be another than the one it began from.
 * - `same`: what was changed is elsewhere. `take`: nothing was changed here, so theirs is taken.
 * - `merge`: both changed, but different parts. `conflict`: both changed the same part.
 */
export function meet(
  draft: Draft,
  began: Draft,
  now: Draft,
): { readonly kind: 'same' | 'take' | 'merge' | 'conflict'; readonly draft: Draft } {
  const [mine, theirs] = [changesOf(draft, began), changesOf(now, began)]
  if (Object.keys(theirs).length === 0) return { kind: 'same', draft }
  if (Object.keys(mine).length === 0) return { kind: 'take', draft: draftOf(now) }
  const both = Object.keys(mine).filter((key) => Object.hasOwn(theirs, key)) as (keyof Draft)[]
  const isSame = both.every((key) => sameJson(mine[key], theirs[key]))
  if (isSame) return { kind: 'merge', draft: { ...draftOf(now), ...mine } }
  return { kind: 'conflict', draft }
}
