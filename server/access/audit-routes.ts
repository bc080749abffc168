import { Readable } from 'node:stream'
import type { Static } from 'typebox'
import type { AuditEntry } from '../../contract/audit.ts'
import { invalid } from '../admin/request.ts'
import type { AdminRouter } from '../admin/router.ts'
import type { AuditFilter, AuditLog } from './audit.ts'
import { CSV_HEAD, csvLine } from './audit-csv.ts'
import type { AuditRow } from './audit-schema.ts'

const LIMIT_DEFAULT = 50

type Entry = Static<typeof AuditEntry>

/** Who did what, as a list and as a file. */
export function auditRoutes({ on }: AdminRouter, { audit }: { readonly audit: AuditLog }): void {
  on('GET /admin/v1/audit', async ({ query }) => {
    const { limit = LIMIT_DEFAULT, before } = query
    if (before !== undefined && !/^\d{1,15}$/.test(before))
      throw invalid('before', 'is no `next` of an answer')
    const page = { count_max: limit + 1, ...(before === undefined ? {} : { before: Number(before) }) }
    const rows = await audit.list(filterOf(query), page)
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    return {
      entries: shown.map(shownEntry),
      ...(last === undefined ? {} : { next: String(last.number) }),
    }
  })
  on('GET /admin/v1/audit/export', async ({ query, reply }) => {
    const { format = 'ndjson', ...asked } = query
    const rows = audit.each(filterOf(asked))
    const isCsv = format === 'csv'
    reply
      .header('content-type', isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson')
      .header('content-disposition', `attachment; filename="audit.${format}"`)
      .header('cache-control', 'no-store')
    reply.send(Readable.from(isCsv ? csvOf(rows) : linesOf(rows)))
    return undefined
  })
}

type Asked = {
  readonly who?: string
  readonly what?: string
  readonly type?: string
  readonly of?: string
  readonly outcome?: string
  readonly from?: string
  readonly to?: string
}

/** @throws {AppError} QUERY_INVALID */
function filterOf({ who, what, type, of, outcome, from, to }: Asked): AuditFilter {
  const [from_ms, to_ms] = [timeOf('from', from), timeOf('to', to)]
  return {
    ...(who === undefined ? {} : { who }),
    ...(what === undefined ? {} : { what }),
    ...(type === undefined ? {} : { ofType: type }),
    ...(of === undefined ? {} : { ofId: of }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from_ms === undefined ? {} : { from_ms }),
    ...(to_ms === undefined ? {} : { to_ms }),
  }
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw invalid(name, 'is no time')
  return ms
}

function shownEntry(row: AuditRow): Entry {
  const { number, at_ms, who, who_id, via, address, agent, request, what, of_type, of_id } = row
  const { outcome, change, before, after, hash } = row
  return {
    ...{ id: number, at: new Date(at_ms).toISOString() },
    who: { name: who, ...(who_id === null ? {} : { id: who_id }), via: via as Entry['who']['via'] },
    ...(address === null ? {} : { address }),
    ...(agent === null ? {} : { agent }),
    ...(request === null ? {} : { request }),
    what,
    ...(of_type === null || of_id === null ? {} : { of: { type: of_type, id: of_id } }),
    outcome,
    ...(change === null ? {} : { change }),
    ...(before === null ? {} : { before: JSON.parse(before) }),
    ...(after === null ? {} : { after: JSON.parse(after) }),
    hash,
  }
}

async function* linesOf(rows: AsyncIterable<AuditRow>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(shownEntry(row))}\n`
}

async function* csvOf(rows: AsyncIterable<AuditRow>): AsyncGenerator<string> {
  yield CSV_HEAD
  for await (const row of rows) yield csvLine(row)
}
