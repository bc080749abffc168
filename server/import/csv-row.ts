import { didYouMean } from '../../core/did-you-mean.ts'
import { AppError } from '../../core/errors.ts'
import type { CallType } from '../../core/event.ts'
import { compileDate, type DateRule, type ReadValue, readerOf, type ValueType } from './csv-values.ts'
import { completed, type Making, placeValue, usualPath } from './place-value.ts'

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
    const making: Making = { call: {}, others: {} }
    for (const column of columns) {
      const problem = put(making, column, cells[column.index] ?? '')
      if (problem !== undefined) return refused(problem)
    }
    return { ok: true, value: completed(making, rules) }
  }
}

function usualRule(column: string, isOnlyMapped: boolean): ColumnRule | undefined {
  if (isOnlyMapped) return undefined
  const path = usualPath(column)
  return { column, path, type: path[0] === 'timestamp' ? 'date' : 'text' }
}

type Column = ColumnRule & { readonly read: ReadValue }

function put(making: Making, { column, path, type, read }: Column, text: string): string | undefined {
  if (text === '') return undefined
  const value = read(text)
  if (value === undefined) {
    return `The column "${column}" is ${JSON.stringify(text.slice(0, 40))}, which is no ${type}.`
  }
  placeValue(making, path, value)
  return undefined
}

function refused(reason: string): Row {
  return { ok: false, reason }
}

function invalid(problem: string): AppError {
  return new AppError('OPTION_INVALID', { problem })
}
