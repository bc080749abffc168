import { unpackAddresses } from '../ledger/addresses.ts'
import type { StoredText } from '../ledger/body.ts'
import { bytesOf } from '../ledger/postgres/body-bytes.ts'
import { indexKey } from '../ledger/postgres/keys.ts'
import { chunksOf } from '../ledger/tables/attempts.ts'
import type { Value } from '../postgres/connect.ts'

export type Row = Readonly<Record<string, string | number | null | Uint8Array>>
export type TargetRow = Readonly<Record<string, Value>>
export type SourceFile = 'store' | 'access' | 'ledger'
/** How a table of a file becomes one of PostgreSQL, whose name is the same. */
export type MovedTable = {
  readonly file: SourceFile
  readonly name: string
  /** The primary key: rows go over in its order. */
  readonly key: readonly string[]
  /** What PostgreSQL has otherwise; left out: every column as it is. */
  readonly toRow?: (row: Row) => TargetRow
  /** The sequence that gives ids: none is given twice, whether its row is still there or not. */
  readonly sequence?: string
}

/** Of a request's history: rows are only ever added, so they may go over while the server runs. */
export const ATTEMPTS: MovedTable = {
  ...{ file: 'ledger', name: 'attempts', key: ['id'], sequence: 'attempt_ids' },
  toRow: ({ addresses, actions, request_body, response_body, adjustments, ...row }) => ({
    ...{ ...row, addresses: addresses as Uint8Array },
    chunks: chunksOf(unpackAddresses(addresses as Uint8Array)),
    actions: actions === null ? null : (JSON.parse(actions as string) as string[]),
    ...{ request_body: bytes(request_body), response_body: bytes(response_body) },
    adjustments: bytes(adjustments),
  }),
}

/** What changes goes over while nobody writes. Parents stand before those that name them. */
export const STILL_TABLES: readonly MovedTable[] = [
  ...plain('store', [
    ['sources', 'id'],
    ['instances', 'id'],
    ['connections', 'instance_id', 'source_id'],
    ['subscriptions', 'instance_id', 'id'],
    ['plans', 'id'],
    ['plan_findings', 'source_id', 'hour_ms', 'type', 'event', 'kind', 'path', 'rule'],
    ['settings', 'name'],
    ['changes', 'number'],
  ]),
  { file: 'store', name: 'deletions', key: ['id'], sequence: 'deletions_id_seq' },
  { file: 'store', name: 'suppressed', key: ['number'], sequence: 'suppressed_number_seq' },
  ...plain('access', [
    ['people', 'id'],
    ['sessions', 'hash'],
    ['links', 'hash'],
    ['recovery_codes', 'person_id', 'hash'],
    ['access_settings', 'name'],
    ['tokens', 'id'],
    ['audit', 'number'],
    ['audit_checkpoint', 'id'],
  ]),
  ...plain('ledger', [
    ['counts', 'of_id', 'part', 'name'],
    ['series_minutes', 'of_id', 'minute', 'part', 'name'],
    ['series_hours', 'of_id', 'hour', 'part', 'name'],
    ['states', 'instance_id'],
    ['failing', 'reader_id', 'lane'],
  ]),
  {
    ...{ file: 'ledger', name: 'dead_letters', key: ['id'], sequence: 'dead_letters_id_seq' },
    toRow: ({ request_body, response_body, ...row }) => ({
      ...{ ...row, request_body: bytes(request_body), response_body: bytes(response_body) },
    }),
  },
  {
    ...{ file: 'ledger', name: 'refusals', key: ['id'], sequence: 'refusals_id_seq' },
    toRow: (row) => ({ ...row, text: bytes(row['text']) }),
  },
  {
    ...{ file: 'ledger', name: 'parked', key: ['id'], sequence: 'parked_id_seq' },
    toRow: (row) => ({
      ...{ ...row, subject_key: indexKey(String(row['subject'])), of_dead: row['of_dead'] === 1 },
    }),
  },
  {
    ...{ file: 'ledger', name: 'parked_subjects', key: ['instance_id', 'subject'] },
    toRow: (row) => ({
      ...{ ...row, subject_key: indexKey(String(row['subject'])), is_aside: row['is_aside'] === 1 },
    }),
  },
  {
    ...{ file: 'ledger', name: 'remembered', key: ['instance_id', 'key'] },
    toRow: (row) => ({ ...row, key_key: indexKey(String(row['key'])) }),
  },
  {
    ...{ file: 'ledger', name: 'replays', key: ['id'], sequence: 'replays_id_seq' },
    toRow: (row) => ({ ...row, is_read: row['is_read'] === 1 }),
  },
  {
    ...{ file: 'ledger', name: 'budget_uses', key: ['id'], sequence: 'budget_uses_id_seq' },
    toRow: (row) => ({ ...row, owner: 'moved', version: Number(row['id']), units: bytes(row['units']) }),
  },
  // Last: where a reader has a cursor, all that it has done is there.
  ...plain('ledger', [['cursors', 'reader_id', 'lane']]),
]

function plain(file: SourceFile, tables: readonly (readonly [string, ...string[]])[]): readonly MovedTable[] {
  return tables.map(([name, ...key]) => ({ file, name, key }))
}

/** A stored text is a text, or bytes where it is compressed. */
function bytes(stored: Row[string] | undefined): Buffer | null {
  return stored === null || stored === undefined ? null : bytesOf(stored as StoredText)
}
