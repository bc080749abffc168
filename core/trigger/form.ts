import { readTrigger } from './parse.ts'
import { printOperand, printTrigger } from './print.ts'
import type { Comparison, Operand, ReadTrigger, Simple, Span, TriggerNode, TriggerProblem } from './syntax.ts'

/** A trigger as rows and groups of rows, for an editor: `toForm` and `fromForm` lose nothing but spaces. */
export type Form = FormGroup
export type FormGroup = {
  readonly kind: 'group'
  readonly join: 'all' | 'any'
  /** None of it may hold; for `all`: not all of it. */
  readonly isNot: boolean
  readonly items: readonly FormItem[]
}
export type FormItem = FormGroup | FormCondition | FormCode
export type FormCondition = {
  readonly kind: 'condition'
  /** A path, or a function of one: `properties.plan`, `lowercase(event)`. */
  readonly field: string
  readonly operator: FormOperator
  /** Absent for an operator that needs none, a list for `is one of` and `is none of`. */
  readonly value?: Simple | readonly Simple[]
}
/** What no row can say. */
export type FormCode = { readonly kind: 'code'; readonly text: string }

const COMPARED = {
  is: '=',
  'is not': '!=',
  'greater than': '>',
  'at least': '>=',
  'less than': '<',
  'at most': '<=',
} as const satisfies Record<string, Comparison>
const WITHOUT_VALUE = ['exists', 'does not exist', 'is true', 'is not true'] as const
const WITH_TEXT = {
  contains: 'does not contain',
  'starts with': 'does not start with',
  'ends with': 'does not end with',
  matches: 'does not match',
} as const
const NEGATED: Readonly<Record<string, FormOperator>> = {
  ...WITH_TEXT,
  'is one of': 'is none of',
  'is true': 'is not true',
}
const POSITIVE = new Map(
  Object.entries(NEGATED).map(([positive, negative]) => [negative, positive as FormOperator]),
)

export type FormOperator =
  | keyof typeof COMPARED
  | (typeof WITHOUT_VALUE)[number]
  | keyof typeof WITH_TEXT
  | (typeof WITH_TEXT)[keyof typeof WITH_TEXT]
  | 'is one of'
  | 'is none of'
/** Every operator, in the order in which an editor offers them. */
export const FORM_OPERATORS: readonly FormOperator[] = [
  ...(Object.keys(COMPARED) as (keyof typeof COMPARED)[]),
  ...['is one of' as const, 'is none of' as const],
  ...(Object.entries(WITH_TEXT).flat() as FormOperator[]),
  ...WITHOUT_VALUE,
]

export function toForm(node: TriggerNode): Form {
  const item = toItem(node)
  return item.kind === 'group' ? item : { kind: 'group', join: 'all', isNot: false, items: [item] }
}

function toItem(node: TriggerNode): FormItem {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const join = node.kind === 'and' ? 'all' : 'any'
      return { kind: 'group', join, isNot: false, items: node.terms.map(toItem) }
    }
    case 'not': {
      const item = toItem(node.term)
      if (item.kind === 'group' && !item.isNot) return { ...item, isNot: true }
      const negated = item.kind === 'condition' ? NEGATED[item.operator] : undefined
      if (item.kind === 'condition' && negated !== undefined) return { ...item, operator: negated }
      return { kind: 'group', join: 'all', isNot: true, items: [item] }
    }
    case 'is-true':
      return (
        toCallRow(node.operand) ?? {
          kind: 'condition',
          field: printOperand(node.operand),
          operator: 'is true',
        }
      )
    case 'compare':
      return (
        toComparedRow(node.comparison, node.left, node.right) ?? { kind: 'code', text: printTrigger(node) }
      )
  }
}

function toComparedRow(comparison: Comparison, left: Operand, right: Operand): FormCondition | undefined {
  if (left.kind !== 'path' && left.kind !== 'call') return undefined
  const row = { kind: 'condition', field: printOperand(left) } as const
  if (comparison === 'in') {
    return right.kind === 'list' ? { ...row, operator: 'is one of', value: right.values } : undefined
  }
  if (right.kind !== 'literal') return undefined
  if (right.value === null && comparison === '=') return { ...row, operator: 'does not exist' }
  if (right.value === null && comparison === '!=') return { ...row, operator: 'exists' }
  const operator = (Object.keys(COMPARED) as (keyof typeof COMPARED)[]).find(
    (one) => COMPARED[one] === comparison,
  )
  return operator && { ...row, operator, value: right.value }
}

function toCallRow(operand: Operand): FormCondition | undefined {
  if (operand.kind !== 'call' || (operand.name !== 'contains' && operand.name !== 'match')) return undefined
  const [of, value] = operand.arguments
  if (of === undefined || value?.kind !== 'literal' || of.kind === 'literal' || of.kind === 'list')
    return undefined
  const row = { kind: 'condition', field: printOperand(of) } as const
  if (operand.name === 'contains') return { ...row, operator: 'contains', value: value.value }
  const pattern = String(value.value)
  const start = plainText(pattern.slice(0, -1))
  if (start !== '' && start !== undefined && startPattern(start) === pattern) {
    return { ...row, operator: 'starts with', value: start }
  }
  const end = plainText(pattern.slice(1))
  if (end !== '' && end !== undefined && endPattern(end) === pattern) {
    return { ...row, operator: 'ends with', value: end }
  }
  return { ...row, operator: 'matches', value: pattern }
}

/** Undoes the escapes of a pattern's part. */
function plainText(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1')
}
const escaped = (text: string) => text.replace(/[*?[\\]/g, '\\$&')
const startPattern = (text: string) => `${escaped(text)}*`
const endPattern = (text: string) => `*${escaped(text)}`

const NOWHERE: Span = { start: 0, end: 0 }

/** The trigger that a form says, or what is wrong with one of its fields or codes. Its parts have no place in a text. */
export function fromForm(form: Form): ReadTrigger {
  return fromItem(form)
}

function fromItem(item: FormItem): ReadTrigger {
  switch (item.kind) {
    case 'code':
      return readTrigger(item.text)
    case 'group':
      return fromGroup(item)
    case 'condition': {
      const positive = POSITIVE.get(item.operator)
      const read = readTrigger(item.field)
      if (!read.ok) return read
      if (read.node.kind !== 'is-true') return fail('must be one field, or a function of one', item.field)
      const row = fromRow(read.node.operand, positive ?? item.operator, item.value)
      if (!row.ok || positive === undefined) return row
      return { ok: true, node: { kind: 'not', term: row.node } }
    }
  }
}

function fromGroup({ join, isNot, items }: FormGroup): ReadTrigger {
  const terms: TriggerNode[] = []
  for (const item of items) {
    const read = fromItem(item)
    if (!read.ok) return read
    terms.push(read.node)
  }
  const [only] = terms
  if (only === undefined) return fail('a group needs at least one condition', '')
  const node: TriggerNode = terms.length === 1 ? only : { kind: join === 'all' ? 'and' : 'or', terms }
  return { ok: true, node: isNot ? { kind: 'not', term: node } : node }
}

function fromRow(left: Operand, operator: FormOperator, value: FormCondition['value']): ReadTrigger {
  if (operator === 'is true') return { ok: true, node: { kind: 'is-true', operand: left } }
  if (operator === 'exists') return compare(left, '!=', literal(null))
  if (operator === 'does not exist') return compare(left, '=', literal(null))
  if (operator === 'is one of') {
    if (!isList(value) || value.length === 0) return fail('needs at least one value', printOperand(left))
    return compare(left, 'in', { kind: 'list', values: value, span: NOWHERE })
  }
  if (value === undefined || isList(value)) return fail('needs a value', printOperand(left))
  if (operator === 'contains') return call('contains', left, value)
  if (Object.hasOwn(COMPARED, operator)) {
    return compare(left, COMPARED[operator as keyof typeof COMPARED], literal(value))
  }
  const text = String(value)
  if (operator === 'starts with') return call('match', left, startPattern(text))
  return call('match', left, operator === 'ends with' ? endPattern(text) : text)
}

function isList(value: FormCondition['value']): value is readonly Simple[] {
  return Array.isArray(value)
}

function compare(left: Operand, comparison: Comparison, right: Operand): ReadTrigger {
  return { ok: true, node: { kind: 'compare', comparison, left, right } }
}

function call(name: 'contains' | 'match', of: Operand, value: Simple): ReadTrigger {
  const operand: Operand = { kind: 'call', name, arguments: [of, literal(value)], span: NOWHERE }
  return { ok: true, node: { kind: 'is-true', operand } }
}

function literal(value: Simple): Operand {
  return { kind: 'literal', value, span: NOWHERE }
}

function fail(problem: string, text: string): ReadTrigger {
  const found: TriggerProblem = { span: { start: 0, end: text.length }, problem }
  return { ok: false, problem: found }
}
