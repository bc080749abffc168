import { type FormCondition, type FormGroup, type FormItem, toForm } from '../../core/trigger/form.ts'
import { readTrigger } from '../../core/trigger/parse.ts'

/** A trigger as one would say it: `type is track, page or screen`. What has no words stands as it is written. */
export function triggerText(trigger: string): string {
  const read = readTrigger(trigger)
  if (!read.ok) return `its trigger cannot be read: ${read.problem.problem}`
  return groupText(toForm(read.node))
}

function itemText(item: FormItem): string {
  switch (item.kind) {
    case 'code':
      return item.text
    case 'condition':
      return conditionText(item)
    case 'group': {
      const text = groupText(item)
      return item.items.length === 1 || item.isNot || isChoice(item) ? text : `(${text})`
    }
  }
}

function groupText(group: FormGroup): string {
  const text = isChoice(group)
    ? choiceText(group)
    : group.items.map(itemText).join(group.join === 'all' ? ' and ' : ' or ')
  return group.isNot ? `not (${text})` : text
}

/** One field that may have several values: said once. */
function isChoice({ join, items }: FormGroup): boolean {
  const fields = items.map((one) =>
    one.kind === 'condition' && one.operator === 'is' ? one.field : undefined,
  )
  return join === 'any' && fields.length > 1 && fields.every((one) => one !== undefined && one === fields[0])
}

function choiceText({ items }: FormGroup): string {
  const rows = items.filter((item) => item.kind === 'condition')
  const [first] = rows
  return `${first?.field} is ${orText(rows.map((row) => valueText(row, row.value)))}`
}

function conditionText(row: FormCondition): string {
  const { field, operator, value } = row
  if (operator === 'is true' && (field === 'true' || field === 'false'))
    return field === 'true' ? 'always' : 'never'
  switch (operator) {
    case 'is one of':
      return `${field} is ${listOf(row)}`
    case 'is none of':
      return `${field} is not ${listOf(row)}`
    default:
      return value === undefined ? `${field} ${operator}` : `${field} ${operator} ${valueText(row, value)}`
  }
}

function listOf(row: FormCondition): string {
  return Array.isArray(row.value) ? orText(row.value.map((one) => valueText(row, one))) : ''
}

/** The type of a call is a word; other texts are quoted, so that it is seen where they end. */
function valueText({ field }: FormCondition, value: FormCondition['value']): string {
  return typeof value === 'string' && field !== 'type' ? `“${value}”` : String(value)
}

function orText(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`
}
