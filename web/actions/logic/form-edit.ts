import type { Form, FormCondition, FormGroup, FormItem, FormOperator } from '../../../core/trigger/form.ts'
import type { Simple } from '../../../core/trigger/syntax.ts'

/** Where an item stands: the index in its group, from the outermost group on. Empty: the form itself. */
export type Place = readonly number[]

export const NEW_ROW: FormCondition = { kind: 'condition', field: '', operator: 'is', value: '' }

export function itemAt(form: Form, place: Place): FormItem | undefined {
  return place.reduce<FormItem | undefined>(
    (item, index) => (item?.kind === 'group' ? item.items[index] : undefined),
    form,
  )
}

export function replaceAt(form: Form, place: Place, item: FormItem): Form {
  return edit(form, place, () => [item])
}

/** A group that loses its last item goes with it. */
export function removeAt(form: Form, place: Place): Form {
  const without = edit(form, place, () => [])
  const parent = place.slice(0, -1)
  const group = itemAt(without, parent)
  const isEmpty = parent.length > 0 && group?.kind === 'group' && group.items.length === 0
  return isEmpty ? removeAt(without, parent) : without
}

export function addTo(form: Form, place: Place, item: FormItem): Form {
  const group = itemAt(form, place)
  if (group?.kind !== 'group') return form
  const grown: FormGroup = { ...group, items: [...group.items, item] }
  return place.length === 0 ? grown : replaceAt(form, place, grown)
}

function edit(form: Form, place: Place, change: (item: FormItem) => readonly FormItem[]): Form {
  const [index, ...rest] = place
  if (index === undefined) {
    const [only] = change(form)
    return only?.kind === 'group' ? only : form
  }
  const items = form.items.flatMap((item, at): readonly FormItem[] => {
    if (at !== index) return [item]
    if (rest.length === 0) return change(item)
    return item.kind === 'group' ? [edit(item, rest, change)] : [item]
  })
  return { ...form, items }
}

const LISTS: readonly FormOperator[] = ['is one of', 'is none of']
const NO_VALUE: readonly FormOperator[] = ['exists', 'does not exist', 'is true', 'is not true']
const TEXTS: readonly FormOperator[] = [
  'starts with',
  'does not start with',
  'ends with',
  'does not end with',
]

export function takes(operator: FormOperator): 'nothing' | 'one' | 'several' | 'text' {
  if (NO_VALUE.includes(operator)) return 'nothing'
  if (LISTS.includes(operator)) return 'several'
  return TEXTS.includes(operator) || operator === 'matches' || operator === 'does not match' ? 'text' : 'one'
}

/** The same row with another operator: what was given as its value stays as far as the operator can take it. */
export function withOperator({ field, value }: FormCondition, operator: FormOperator): FormCondition {
  const row = { kind: 'condition', field, operator } as const
  const given = Array.isArray(value)
    ? (value as readonly Simple[])
    : value === undefined
      ? []
      : [value as Simple]
  switch (takes(operator)) {
    case 'nothing':
      return row
    case 'several':
      return { ...row, value: given.filter((one) => one !== '') }
    case 'text':
      return { ...row, value: String(given[0] ?? '') }
    case 'one':
      return { ...row, value: given[0] ?? '' }
  }
}
