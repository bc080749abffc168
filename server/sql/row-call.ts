import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '../../core/event.ts'
import { callPath } from '../../core/sql/read-call.ts'
import type { ColumnType, SqlCall, SqlSettings } from '../../core/sql/settings.ts'
import { ISO_UTC, readerOf } from '../import/csv-values.ts'
import { completed, type Making, placeValue, usualPath } from '../import/place-value.ts'
import type { Column } from './database.ts'

export type RowCall =
  | { readonly ok: true; readonly call: JsonObject }
  | { readonly ok: false; readonly reason: string }
type Put = (making: Making, row: readonly unknown[]) => string | undefined

export type IdRules = {
  readonly sourceId: string
  /** With another one, the same rows get other ids. */
  readonly epoch: number
}
const ID_HEX_CHARS = 32

/**
 * Compiles what a row becomes. What is null is left out. A call gets a messageId made of the source, the row's key and its cursor,
 * so that a row that is read twice is the same event; without a key, of everything that it holds.
 *
 * @throws {Error} that names a column which is not there
 */
export function rowCalls(
  columns: readonly Column[],
  settings: Pick<SqlSettings, 'call' | 'key' | 'cursor'>,
  ids: IdRules,
): (row: readonly unknown[]) => RowCall {
  const { call: rules } = settings
  const at = (name: string) => indexOf(columns, name)
  for (const { column } of rules.columns ?? []) at(column)
  const puts: readonly Put[] = [
    ...columns.flatMap((column, index) => columnPut(column, index, rules)),
    ...Object.entries(rules.fields ?? {}).map(([path, text]) => fieldPut(columns, path, text, rules)),
  ]
  const idOf = rowIds(columns, settings, ids)
  return (row) => {
    const making: Making = { call: {}, others: {} }
    for (const put of puts) {
      const problem = put(making, row)
      if (problem !== undefined) return { ok: false, reason: problem }
    }
    const call = completed(making, { type: rules.type, event: undefined })
    return { ok: true, call: { messageId: idOf(row), ...call } as JsonObject }
  }
}

export function indexOf(columns: readonly Column[], name: string): number {
  const index = columns.findIndex((column) => column.name === name)
  if (index >= 0) return index
  throw new Error(`No column is called "${name}": there are ${columns.map((one) => one.name).join(', ')}.`)
}

/** These are texts, whatever the database keeps them as: a customer of the number 42 is `"42"`. */
const TEXTS = new Set([
  'userId',
  'anonymousId',
  'messageId',
  'groupId',
  'previousId',
  'event',
  'type',
  'name',
])

function columnPut(column: Column, index: number, rules: SqlCall): readonly Put[] {
  const rule = rules.columns?.find((one) => one.column === column.name)
  if (rule === undefined && rules.onlyMapped === true) return []
  if (rule?.to === '') return []
  const path = rule === undefined ? usualPath(column.name) : callPath(rule.to)
  const type = rule?.type ?? usualType(path)
  const read = valueReader(column, type, rules)
  return [
    (making, row) => {
      const cell = row[index]
      if (cell === null || cell === undefined) return undefined
      const value = read(cell)
      if (value === undefined) return `The column "${column.name}" holds what is no ${type ?? 'value'}.`
      placeValue(making, path, value)
      return undefined
    },
  ]
}

function usualType([root = '']: readonly string[]): ColumnType | undefined {
  if (root === 'timestamp') return 'date'
  return TEXTS.has(root) ? 'text' : undefined
}

function valueReader(column: Column, type: ColumnType | undefined, { zone }: SqlCall) {
  if (type === undefined) return column.read
  const read = readerOf(type, { ...ISO_UTC, ...(zone === undefined ? {} : { zone }) })
  return (cell: unknown): Json | undefined => {
    const value = column.read(cell)
    return value === undefined ? undefined : (read(plain(value)) as Json | undefined)
  }
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const PLACE = /\{\{\s*([^{}]+?)\s*\}\}/g

/** A field whose text names a column that is null is left out. */
function fieldPut(columns: readonly Column[], path: string, text: string, rules: SqlCall): Put {
  const keys = callPath(path)
  const names = [...text.matchAll(PLACE)].map(([, name = '']) => ({ name, index: indexOf(columns, name) }))
  const [only] = names
  const isWhole = only !== undefined && text.trim().replace(PLACE, '') === '' && names.length === 1
  if (isWhole) {
    const whole = {
      column: only.name,
      to: path,
      ...(keys.length > 1 ? {} : { type: usualType(keys) ?? 'text' }),
    }
    const [put] = columnPut(columns[only.index] as Column, only.index, {
      ...rules,
      columns: [whole] as never,
    })
    return put as Put
  }
  return (making, row) => {
    if (names.some(({ index }) => row[index] === null || row[index] === undefined)) return undefined
    const value = text.replace(PLACE, (_, name: string) => {
      const index = indexOf(columns, name)
      return plain((columns[index] as Column).read(row[index]) ?? '')
    })
    placeValue(making, keys, value)
    return undefined
  }
}

function rowIds(
  columns: readonly Column[],
  { key, cursor }: Pick<SqlSettings, 'key' | 'cursor'>,
  { sourceId, epoch }: IdRules,
): (row: readonly unknown[]) => string {
  const named = key === undefined ? undefined : [...key, ...(cursor === undefined ? [] : [cursor.column])]
  // A row that is read in whole each time is another event once it has changed.
  const isByContent = named === undefined || cursor === undefined
  const parts = isByContent ? columns.map((_, index) => index) : named.map((name) => indexOf(columns, name))
  for (const name of key ?? []) indexOf(columns, name)
  return (row) => {
    const texts = parts.map((index) => {
      const cell = row[index]
      return cell === null || cell === undefined ? null : (columns[index] as Column).text(cell)
    })
    const hash = createHash('sha256').update(JSON.stringify([sourceId, epoch, ...texts]))
    return `sql-${hash.digest('hex').slice(0, ID_HEX_CHARS)}`
  }
}
