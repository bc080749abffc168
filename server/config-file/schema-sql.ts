import { CALL_TYPES, type JsonObject } from '../../core/event.ts'
import {
  CA_CHARS_MAX,
  COLUMN_TYPES,
  COLUMNS_MAX,
  FIELDS_MAX,
  KEY_COLUMNS_MAX,
  QUERY_CHARS_MAX,
  ROWS_DEFAULT,
  ROWS_MAX,
  SCHEDULE_MINUTES_MAX,
  SQL_PORTS,
  TEXT_CHARS_MAX,
  TIMEOUT_SECONDS_DEFAULT,
  TIMEOUT_SECONDS_MAX,
  TLS_MODES,
} from '../../core/sql/settings.ts'
import { exactly, listOf, REFERENCE, text } from './schema-parts.ts'

const some = (description: string) => text(description, { minLength: 1, maxLength: TEXT_CHARS_MAX })
const whole = (description: string, maximum: number, usual?: number): JsonObject => ({
  ...{ type: 'integer', minimum: 1, maximum, description },
  ...(usual === undefined ? {} : { default: usual }),
})

const CALL = exactly(
  {
    type: { enum: [...CALL_TYPES], description: 'Of rows without a column type' },
    fields: {
      type: 'object',
      description: 'Texts by the fields of the call; {{column}} is the value of a column',
      additionalProperties: some(''),
      maxProperties: FIELDS_MAX,
    },
    columns: listOf(
      exactly(
        {
          column: some('As the query names it'),
          to: text('Where it goes, such as userId or properties.total; empty: nowhere'),
          type: { enum: [...COLUMN_TYPES], description: 'Left out: as the database says' },
        },
        ['column', 'to'],
      ),
      COLUMNS_MAX,
      'Columns that go elsewhere than by their names',
    ),
    onlyMapped: {
      type: 'boolean',
      default: false,
      description: 'true: columns that nothing names are left out',
    },
    zone: text('Of times that come without one', { default: 'UTC' }),
  },
  ['type'],
)

/** How a database is read: docs/sql-source.md. */
export const SQL: JsonObject = exactly(
  {
    host: some('The name or the address of the machine'),
    port: whole(`Left out: ${SQL_PORTS.postgresql} or ${SQL_PORTS.mysql}`, 65_535),
    database: some('The name of the database'),
    user: some('Who may read, and nothing else'),
    password: {
      anyOf: [{ type: 'string' }, REFERENCE],
      description: 'A reference, so that it is in no file',
    },
    tls: { enum: [...TLS_MODES], default: TLS_MODES[0], description: 'How the connection is encrypted' },
    ca: text('Authorities whose certificates are taken, as PEM', { maxLength: CA_CHARS_MAX }),
    query: text('One SELECT; :last_cursor and :last_sync are values', {
      minLength: 1,
      maxLength: QUERY_CHARS_MAX,
    }),
    key: listOf(some(''), KEY_COLUMNS_MAX, 'The columns that tell a row from every other'),
    cursor: exactly({ column: some('It only grows'), start: some('Where the first run begins') }, ['column']),
    schedule: {
      description: 'Left out: by hand only',
      anyOf: [
        exactly({ minutes: whole('Every so many', SCHEDULE_MINUTES_MAX) }, ['minutes']),
        exactly({ cron: some('Such as 0 6 * * 1-5'), zone: text('A time zone', { default: 'UTC' }) }, [
          'cron',
        ]),
      ],
    },
    call: CALL,
    rowsMax: whole('A run reads so many rows at most', ROWS_MAX, ROWS_DEFAULT),
    timeoutSeconds: whole('What a statement may take', TIMEOUT_SECONDS_MAX, TIMEOUT_SECONDS_DEFAULT),
  },
  ['host', 'database', 'user', 'query', 'call'],
)
