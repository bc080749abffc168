import { CALL_TYPES } from '../event.ts'
import { type At, isObject, type Report, readText, reportUnknown } from './read-value.ts'
import { isZone } from './schedule.ts'
import { COLUMN_TYPES, COLUMNS_MAX, FIELDS_MAX, type SqlCall, type SqlColumn } from './settings.ts'

/** Where values may go in a call. */
export const CALL_ROOTS = [
  ...['userId', 'anonymousId', 'messageId', 'groupId', 'previousId', 'event', 'timestamp', 'type'],
  ...['name', 'category', 'properties', 'traits', 'context', 'integrations'],
] as const
/** Of these, what is below them. */
const OBJECTS: readonly string[] = ['properties', 'traits', 'context', 'integrations']

/** `['properties', 'total']`; a name with a dot in it cannot be written so. */
export function callPath(path: string): readonly string[] {
  return path.split('.')
}

/** Reads what a row becomes; what is wrong is reported. */
export function readCall(given: unknown, at: At, report: Report): SqlCall | undefined {
  if (!isObject(given)) {
    report(at, 'must say what a row becomes: at least its type')
    return undefined
  }
  reportUnknown(given, ['type', 'fields', 'columns', 'onlyMapped', 'zone'], at, report)
  const type = CALL_TYPES.find((one) => one === given['type'])
  if (type === undefined) report([...at, 'type'], `must be one of ${CALL_TYPES.join(', ')}`)
  const { zone, onlyMapped } = given
  const isGood = zone === undefined || (typeof zone === 'string' && isZone(zone))
  if (!isGood) report([...at, 'zone'], 'must be the name of a time zone, such as Europe/Zurich')
  if (onlyMapped !== undefined && typeof onlyMapped !== 'boolean')
    report([...at, 'onlyMapped'], 'must be true or false')
  const fields = readFields(given['fields'], [...at, 'fields'], report)
  const columns = readColumns(given['columns'], [...at, 'columns'], report)
  return {
    type: type ?? CALL_TYPES[0],
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(columns.length === 0 ? {} : { columns }),
    ...(onlyMapped === true ? { onlyMapped } : {}),
    ...(typeof zone === 'string' ? { zone } : {}),
  }
}

function readFields(given: unknown, at: At, report: Report): Readonly<Record<string, string>> {
  if (given === undefined) return {}
  if (!isObject(given) || Object.keys(given).length > FIELDS_MAX) {
    report(at, `must be texts by the fields of a call, ${FIELDS_MAX} at most`)
    return {}
  }
  return Object.fromEntries(
    Object.entries(given).map(([path, text]) => {
      checkPath(path, [...at, path], report)
      return [path, readText(text, [...at, path], report)]
    }),
  )
}

function readColumns(given: unknown, at: At, report: Report): readonly SqlColumn[] {
  if (given === undefined) return []
  if (!Array.isArray(given) || given.length > COLUMNS_MAX) {
    report(at, `must be a list, ${COLUMNS_MAX} at most`)
    return []
  }
  const seen = new Set<unknown>()
  return given.map((one: unknown, index) => {
    const column = readColumn(one, [...at, index], report)
    if (column.column !== '' && seen.has(column.column)) report([...at, index, 'column'], 'is there twice')
    seen.add(column.column)
    return column
  })
}

function readColumn(given: unknown, at: At, report: Report): SqlColumn {
  if (!isObject(given)) {
    report(at, 'must be a column, and where it goes')
    return { column: '', to: '' }
  }
  reportUnknown(given, ['column', 'to', 'type'], at, report)
  const column = readText(given['column'], [...at, 'column'], report)
  const { to, type } = given
  if (typeof to !== 'string') report([...at, 'to'], 'must be a field, such as userId; empty: nowhere')
  else if (to !== '') checkPath(to, [...at, 'to'], report)
  const known = COLUMN_TYPES.find((one) => one === type)
  if (type !== undefined && known === undefined)
    report([...at, 'type'], `must be one of ${COLUMN_TYPES.join(', ')}`)
  return { column, to: String(to ?? ''), ...(known === undefined ? {} : { type: known }) }
}

function checkPath(path: string, at: At, report: Report): void {
  const [root = '', ...inner] = callPath(path)
  const isKnown = (CALL_ROOTS as readonly string[]).includes(root)
  const isDeep = OBJECTS.includes(root)
  if (!isKnown) report(at, `is no field of a call: there are ${CALL_ROOTS.join(', ')}`)
  else if (isDeep && inner.length === 0) report(at, `must name a field below, such as ${root}.plan`)
  else if (!isDeep && inner.length > 0) report(at, `has nothing below ${root}`)
  else if (inner.includes('')) report(at, 'has an empty part')
}
