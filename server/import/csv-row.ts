import { didYouMean } from '../../core/did-you-mean.ts'
import { AppError } from '../../core/errors.ts'
import type { CallType } from '../../core/event.ts'
import { setOwn } from '../../core/own.ts'
import { compileDate, type DateRule, type ReadValue, readerOf, type ValueType } from './csv-values.ts'

export type ColumnRule = {
  readonly column: string
  /** Where its cells go in the call; none: nowhere. */
  readonly path: readonly string[]
  readonly type: ValueType
}
export type RowRules = {
  readonly map: readonly ColumnRule[]
  /** Only columns that a rule names. */
  readonly isOnlyMapped: boolean
  /** Of rows without a `type`. */
  readonly type: CallType
  /** The name of track calls whose row has none. */
  readonly event: string | undefined
  readonly dates: DateRule
}
export type Row =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string }

/** The fields of a call that columns are taken for without a rule, however they are written: `User ID`, `user_id`. */
const FIELDS = ['userId', 'anonymousId', 'messageId', 'groupId', 'previousId', 'event', 'timestamp', 'type']
const OBJECTS = ['properties', 'traits', 'context', 'integrations'] as const
export const ROOTS: readonly string[] = [...FIELDS, 'name', 'category', ...OBJECTS]

/**
 * Compiles the rules for a header. What no rule names goes to the field of its name, and what is no field to the
 * properties of the call, or to its traits (identify and group). Cells that are empty are left out.
 *
 * @throws {AppError} OPTION_INVALID: a rule names a column that is not there, or the dates' format is none.
 */
export function compileRow(header: readonly string[], rules: RowRules): (cells: readonly string[]) => Row {
  if (compileDate(rules.dates) === undefined) {
    throw invalid(`no date can be read by "${rules.dates.format}" in the zone "${rules.dates.zone}"`)
  }
  for (const { column } of rules.map) {
    if (header.includes(column)) continue
    const meant = didYouMean(column, header)
    const hint = meant === undefined ? `there are ${header.join(', ')}` : `did you mean "${meant}"?`
    throw invalid(`no column is called "${column}"; ${hint}`)
  }
  const columns = header.flatMap((name, index) => {
    const rule = rules.map.find(({ column }) => column === name) ?? usualRule(name, rules.isOnlyMapped)
    if (rule === undefined || rule.path.length === 0) return []
    return [{ ...rule, index, read: readerOf(rule.type, rules.dates) }]
  })
  return (cells) => {
    if (cells.length !== header.length) {
      return refused(`The row has ${cells.length} cells, and there are ${header.length} columns.`)
    }
    const call: Record<string, unknown> = {}
    const others: Record<string, unknown> = {}
    for (const column of columns) {
      const problem = put(call, others, column, cells[column.index] ?? '')
      if (problem !== undefined) return refused(problem)
    }
    return { ok: true, value: completed(call, others, rules) }
  }
}

/** Stands for the properties or traits, which only the whole row tells. */
const REST = ''

function usualRule(column: string, isOnlyMapped: boolean): ColumnRule | undefined {
  if (isOnlyMapped) return undefined
  const plain = column.toLowerCase().replaceAll(/[_ -]/g, '')
  const field = FIELDS.find((name) => name.toLowerCase() === plain)
  if (field !== undefined) return { column, path: [field], type: field === 'timestamp' ? 'date' : 'text' }
  const [root = '', ...inner] = column.split('.')
  const isPath = inner.length > 0 && (OBJECTS as readonly string[]).includes(root)
  return { column, path: isPath ? [root, ...inner] : [REST, column], type: 'text' }
}

type Column = ColumnRule & { readonly read: ReadValue }

function put(
  call: Record<string, unknown>,
  others: Record<string, unknown>,
  { column, path, type, read }: Column,
  text: string,
): string | undefined {
  if (text === '') return undefined
  const value = read(text)
  if (value === undefined) {
    return `The column "${column}" is ${JSON.stringify(text.slice(0, 40))}, which is no ${type}.`
  }
  const [root, ...inner] = path
  const [names, start] = root === REST ? [inner, others] : [path, call]
  let object = start
  for (const name of names.slice(0, -1)) {
    const next = Object.hasOwn(object, name) ? object[name] : undefined
    const made = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : {}
    if (made !== next) setOwn(object, name, made)
    object = made
  }
  setOwn(object, names.at(-1) as string, value)
  return undefined
}

function completed(
  call: Record<string, unknown>,
  others: Record<string, unknown>,
  { type, event }: RowRules,
): Record<string, unknown> {
  const callType = call['type'] ?? type
  const name = callType === 'track' && call['event'] === undefined ? { event } : {}
  const place = callType === 'identify' || callType === 'group' ? 'traits' : 'properties'
  const given = call[place]
  const rest = Object.keys(others).length === 0 ? {} : { [place]: { ...others, ...(given as object) } }
  return { ...call, type: callType, ...name, ...rest }
}

function refused(reason: string): Row {
  return { ok: false, reason }
}

function invalid(problem: string): AppError {
  return new AppError('OPTION_INVALID', { problem })
}
