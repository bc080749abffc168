import type { MappingValue } from '../../../core/mapping/mapping.ts'

export type LookupRow = { readonly key: string; readonly value: string | number | boolean }
/** `@lookup` as rows: what becomes of which value, and of all others. */
export type Lookup = {
  readonly value: MappingValue
  readonly rows: readonly LookupRow[]
  readonly otherwise: MappingValue | undefined
}

/** More are written as code: nobody looks through so many inputs. */
const ROWS_SHOWN_MAX = 100

/** Undefined for what is no `@lookup`, and for one that rows cannot show. */
export function readLookup(value: MappingValue | undefined): Lookup | undefined {
  const given = objectOf(objectOf(value)?.['@lookup'])
  if (given === undefined || Object.keys(objectOf(value) ?? {}).length > 1) return undefined
  const { value: of, table, default: otherwise, ...rest } = given
  const rows = Object.entries(objectOf(table) ?? { none: null }).map(([key, gives]) => ({
    key,
    value: gives,
  }))
  if (of === undefined || Object.keys(rest).length > 0 || rows.length > ROWS_SHOWN_MAX) return undefined
  return rows.every(isRow) ? { value: of, rows, otherwise } : undefined
}

/** The mapping that says so. Of rows with the same key the last counts: `lookupProblem` tells of them. */
export function writeLookup({ value, rows, otherwise }: Lookup): MappingValue {
  const table = Object.fromEntries(rows.map((row) => [row.key, row.value]))
  return { '@lookup': { value, table, ...(otherwise === undefined ? {} : { default: otherwise }) } }
}

/** Why the rows are not a table yet. */
export function lookupProblem(rows: readonly LookupRow[]): string | undefined {
  const keys = rows.map(({ key }) => key)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  return twice === undefined ? undefined : `Two rows are for “${twice}”.`
}

function isRow(row: { readonly key: string; readonly value: MappingValue | undefined }): row is LookupRow {
  return ['string', 'number', 'boolean'].includes(typeof row.value)
}

function objectOf(
  value: MappingValue | undefined,
): { readonly [name: string]: MappingValue | undefined } | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as { readonly [name: string]: MappingValue }) : undefined
}
