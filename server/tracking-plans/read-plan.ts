import { type CsvError, parse } from 'csv-parse/sync'
import type { Json } from '../../core/event.ts'
import { type ReadPlan, readPlanDocument } from '../../core/tracking-plan/read-document.ts'
import { readPlanTable, type TableRow } from '../../core/tracking-plan/read-table.ts'
import { PLAN_RULES_MAX } from '../../core/tracking-plan/tracking-plan.ts'

/** A plan of so many rules with so many properties each; more is no plan. */
const ROWS_MAX = 100_000
const DELIMITERS = [',', ';', '\t']

/** Reads what another program exported: a document as JSON, or a text that is CSV with a line of column names. */
export function readPlan(document: Json): ReadPlan {
  return typeof document === 'string' ? readCsv(document) : readPlanDocument(document)
}

function readCsv(text: string): ReadPlan {
  const read = rowsOf(text)
  if (!read.ok) return read
  if (read.rows.length > ROWS_MAX) {
    return { ok: false, problem: `It has ${read.rows.length} rows; at most ${ROWS_MAX} are allowed.` }
  }
  const plan = readPlanTable(read.rows)
  if (!plan.ok || plan.rules.length <= PLAN_RULES_MAX) return plan
  return { ok: false, problem: `It has ${plan.rules.length} rules; at most ${PLAN_RULES_MAX} are allowed.` }
}

type Rows =
  | { readonly ok: true; readonly rows: readonly TableRow[] }
  | { readonly ok: false; readonly problem: string }
type Parsed = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

function rowsOf(text: string): Rows {
  const [first = ''] = text.split('\n', 1)
  const delimiter = DELIMITERS.toSorted((a, b) => first.split(b).length - first.split(a).length)[0]
  try {
    const parsed = parse(text, {
      ...{ bom: true, info: true, skip_empty_lines: true, relax_column_count: true },
      ...(delimiter === undefined ? {} : { delimiter }),
    }) as unknown as readonly Parsed[]
    let before = 0
    const rows = parsed.map(({ record, info: { lines } }) => {
      const line = before + 1
      before = lines
      return { line, cells: record }
    })
    return { ok: true, rows }
  } catch (error) {
    const { message, lines } = error as CsvError & { lines?: number }
    return { ok: false, problem: `It is no CSV${lines === undefined ? '' : ` (line ${lines})`}: ${message}` }
  }
}
