import type { Json, JsonObject } from '../event.ts'
import type { ReadPlan } from './read-document.ts'
import { PLANNED_TYPES, type PlannedType, type PlanRule } from './tracking-plan.ts'

/** A row of a table, with the line that it begins on, from 1. */
export type TableRow = { readonly line: number; readonly cells: readonly string[] }

const NOTES_MAX = 200

/** The columns, by the names that Segment, Avo and the like give them, without spaces and in small letters. */
const COLUMNS = {
  call: ['calltype', 'eventtype', 'method'],
  event: ['event', 'eventname'],
  eventDescription: ['eventdescription', 'description'],
  property: ['property', 'propertyname', 'trait', 'key'],
  propertyDescription: ['propertydescription'],
  type: ['type', 'propertytype', 'datatype', 'valuetype'],
  isList: ['list', 'islist', 'propertyislist'],
  required: ['required', 'isrequired', 'propertyrequired', 'presence', 'propertypresence'],
  values: ['values', 'allowedvalues', 'enum', 'enumvalues', 'propertyvalues'],
  pattern: ['pattern', 'regex', 'propertyregex'],
} as const
type Column = keyof typeof COLUMNS
type Cells = Readonly<Record<Column, string>>

/**
 * Reads a plan that is a table: a row a property, `event` and `property` columns and what else there is of COLUMNS. A row without an event
 * goes on with the one above. `order.total` is in an object, `products[].sku` in the items of a list. What cannot be understood of a
 * cell is a note with its line, and the rest is taken; the result has still to be checked by `planProblems`.
 */
export function readPlanTable([header, ...rows]: readonly TableRow[]): ReadPlan {
  const places = placesOf(header?.cells ?? [])
  if (places.event === undefined) return { ok: false, problem: NO_EVENT }
  const notes: string[] = []
  const rules = new Map<string, Draft>()
  let draft: Draft | undefined
  for (const { line, cells } of rows) {
    const note = (text: string) => notes.push(`Line ${line}: ${text}`)
    const row = cellsOf(cells, places)
    draft = row.event === '' && row.call === '' ? draft : draftOf(rules, row, note)
    if (draft === undefined) note('it has no event, and none is above it.')
    else if (row.property !== '') addProperty(draft.schema, row, note)
  }
  const more = notes.length - NOTES_MAX
  return {
    ...{
      ok: true,
      format: 'csv',
      name: undefined,
      rules: [...rules.values()] as readonly unknown[] as readonly PlanRule[],
    },
    notes: more > 0 ? [...notes.slice(0, NOTES_MAX), `And ${more} more.`] : notes,
  }
}
const NO_EVENT =
  'The first line names no column "event": it has to say what the columns are, such as event,property,type,required.'

type Draft = Omit<PlanRule, 'schema'> & { readonly schema: Schema }
type Schema = Record<string, Json | undefined> & {
  properties?: Record<string, Schema>
  items?: Schema
  required?: string[]
}
type Note = (text: string) => void

function placesOf(header: readonly string[]): Partial<Record<Column, number>> {
  const names = header.map((name) => name.toLowerCase().replace(/[^a-z]/g, ''))
  return Object.fromEntries(
    Object.entries(COLUMNS).flatMap(([column, known]) => {
      const at = names.findIndex((name) => (known as readonly string[]).includes(name))
      return at === -1 ? [] : [[column, at]]
    }),
  )
}

function cellsOf(cells: readonly string[], places: Partial<Record<Column, number>>): Cells {
  const read = (column: string) => (cells[places[column as Column] ?? -1] ?? '').trim()
  return Object.fromEntries(Object.keys(COLUMNS).map((column) => [column, read(column)])) as Cells
}

function draftOf(
  rules: Map<string, Draft>,
  { call, event, eventDescription }: Cells,
  note: Note,
): Draft | undefined {
  const said = call.toLowerCase()
  const type = (said === '' ? 'track' : said) as PlannedType
  if (!PLANNED_TYPES.includes(type)) {
    note(`"${call}" is left out: it is none of ${PLANNED_TYPES.join(', ')}.`)
    return undefined
  }
  const hasName = type !== 'identify' && type !== 'group' && event !== ''
  const key = hasName ? `${type} ${event}` : type
  const known = rules.get(key)
  if (known !== undefined) return known
  const draft: Draft = {
    type,
    ...(hasName ? { event } : {}),
    ...(eventDescription === '' ? {} : { description: eventDescription.slice(0, 1_000) }),
    schema: { type: 'object' },
  }
  rules.set(key, draft)
  return draft
}

function addProperty(schema: Schema, row: Cells, note: Note): void {
  const parts = row.property.split('.')
  let place = schema
  for (const part of parts.slice(0, -1)) place = within(place, part, { type: 'object' })
  const last = parts.at(-1) ?? ''
  const own = within(place, last, {})
  const name = last.replace(LIST, '')
  Object.assign(own, schemaOf(row, note))
  if (!isRequired(row.required, note)) return
  place.required = [...new Set([...(place.required ?? []), name])]
}
const LIST = /\[\]$/

/** The schema of a name, or of the items of the list that `name[]` is. */
function within(schema: Schema, part: string, fresh: Schema): Schema {
  const name = part.replace(LIST, '')
  schema.properties ??= {}
  const known = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
  const isList = part !== name
  const own = known ?? (isList ? { type: 'array' } : fresh)
  schema.properties = { ...schema.properties, [name]: own }
  if (!isList) return own
  own.items ??= fresh
  return own.items
}

/** Each value by the words that are used for it. */
const TYPES: readonly (readonly [words: readonly string[], schema: JsonObject])[] = [
  [['', 'any', 'mixed', 'unknown'], {}],
  [['string', 'text', 'str', 'varchar', 'char'], { type: 'string' }],
  [['number', 'float', 'double', 'decimal', 'numeric'], { type: 'number' }],
  [['integer', 'int', 'long', 'bigint'], { type: 'integer' }],
  [['boolean', 'bool'], { type: 'boolean' }],
  [['object', 'json', 'map'], { type: 'object' }],
  [['array', 'list'], { type: 'array' }],
  [['datetime', 'date time', 'date-time', 'timestamp'], { type: 'string', format: 'date-time' }],
  [['date'], { type: 'string', format: 'date' }],
  [['null'], { type: 'null' }],
]

function schemaOf({ type, isList, values, pattern, propertyDescription }: Cells, note: Note): JsonObject {
  const said = type.toLowerCase()
  const item = /^(?:list|array)(?: of |<)(.+?)>?$|^(.+)\[\]$/.exec(said)
  const word = item?.[1] ?? item?.[2] ?? said
  const found = TYPES.find(([words]) => words.includes(word))?.[1]
  if (found === undefined) note(`the type "${type}" is not known: anything is allowed.`)
  const one: JsonObject = {
    ...(found ?? {}),
    ...(values === '' ? {} : { enum: valuesOf(values, found?.['type']) }),
    ...(pattern === '' ? {} : { pattern }),
  }
  const isMany = item !== null || YES.has(isList.toLowerCase())
  return {
    ...(isMany ? { type: 'array', items: one } : one),
    ...(propertyDescription === '' ? {} : { description: propertyDescription.slice(0, 1_000) }),
  }
}

/** Between `|`, `;` or `,`, whichever there is first. */
function valuesOf(text: string, type: Json | undefined): Json[] {
  const separator = ['|', ';', ','].find((one) => text.includes(one)) ?? ','
  const parts = text.split(separator).map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
  const isNumber = type === 'number' || type === 'integer'
  return parts
    .filter((part) => part !== '')
    .map((part) => (isNumber && !Number.isNaN(Number(part)) ? Number(part) : part))
}

const YES: ReadonlySet<string> = new Set(['true', 'yes', 'y', '1', 'x', 'required', 'always', 'always sent'])
const NO: ReadonlySet<string> = new Set([
  '',
  'false',
  'no',
  'n',
  '0',
  'optional',
  'sometimes',
  'sometimes sent',
  'never',
])

function isRequired(text: string, note: Note): boolean {
  const said = text.toLowerCase()
  if (!YES.has(said) && !NO.has(said)) note(`"${text}" does not say whether it is required: it is not.`)
  return YES.has(said)
}
