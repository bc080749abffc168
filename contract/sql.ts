import type { Json, JsonObject } from '../core/event.ts'
import { RUN_CAUSES, RUN_STATES } from '../core/sql/run.ts'
import type { SqlSettings } from '../core/sql/settings.ts'
import { ASKS_PERSONAL, EVENT_PERSONAL, NOT_PERSONAL, PERSONAL, QUOTES_PERSONAL } from './personal.ts'
import { count, exactly, oneOf, route, time } from './route.ts'
import { Type } from './type.ts'

/** How a source reads its database: docs/sql-source.md. What is wrong with it is told with its place. */
export const Sql = Type.Unsafe<SqlSettings>({
  ...NOT_PERSONAL,
  type: 'object',
  description: 'How the database is read: docs/sql-source.md. A password given as *** stays as it is',
})
/** The same before it is saved. What it finds tells which rows hold a value. */
const tried = exactly({
  sql: Type.Optional(
    Type.Unsafe<JsonObject>({
      ...ASKS_PERSONAL,
      type: 'object',
      description: 'As it would be saved; left out: as it is',
    }),
  ),
})

/** What a cursor or a refusal says is of rows, and so perhaps of a person. */
const cursor = (description: string) => Type.Optional(Type.String({ ...PERSONAL, description }))
export const Run = exactly({
  id: count('Of this source'),
  cause: oneOf(RUN_CAUSES),
  state: oneOf(RUN_STATES),
  started: time('When it began.'),
  ended: Type.Optional(time('When it ended.')),
  rows: count('Read'),
  accepted: count('Calls that are in the log now'),
  duplicates: count('Calls that it had already'),
  refused: count('Rows that became no event'),
  refusals: Type.Array(
    exactly({ row: count('Of the run'), code: Type.String(), reason: Type.String(QUOTES_PERSONAL) }),
    { description: 'The first of them' },
  ),
  cursorBefore: cursor('Where it began'),
  cursorAfter: cursor('Up to where everything is in the log'),
  hasMore: Type.Boolean({ description: 'It ended at the limit of rows' }),
  error: Type.Optional(exactly({ code: Type.String(), text: Type.String(QUOTES_PERSONAL) })),
})

const answered = exactly({ run: Run })

export const sqlRoutes = {
  'GET /admin/v1/sources/:id/sql': route({
    needs: 'view',
    summary: 'Where a source that reads a database is, and when it is read next',
    answer: exactly({
      running: Type.Optional(Run),
      last: Type.Optional(Run),
      next: Type.Array(time('When it is read next, and then.'), { maxItems: 3 }),
      retry: Type.Boolean({ description: 'The first of these is another try of what failed' }),
      failures: count('Runs that failed one after the other'),
      cursor: cursor('Up to where everything is in the log'),
      lastSync: Type.Optional(time('When the last run began that came to its end.')),
    }),
  }),
  'GET /admin/v1/sources/:id/sql/runs': route({
    needs: 'view',
    summary: 'The newest hundred runs, newest first',
    answer: exactly({ runs: Type.Array(Run) }),
  }),
  'POST /admin/v1/sources/:id/sql/run': route({
    needs: 'edit',
    summary: 'Read the database now',
    answer: answered,
  }),
  'POST /admin/v1/sources/:id/sql/stop': route({
    needs: 'edit',
    summary:
      'Stop the run that is under way, and wait for no other try of one that failed; rows that are in the log stay',
    answer: exactly({ stopped: Type.Boolean({ description: 'False: none was under way' }) }),
  }),
  'POST /admin/v1/sources/:id/sql/reset': route({
    needs: 'edit',
    summary: 'Set the cursor back to the beginning, or to a value',
    body: exactly({
      to: Type.Optional(Type.String({ maxLength: 255, description: 'Left out: the beginning' })),
      newIds: Type.Optional(
        Type.Boolean({
          default: false,
          description: 'Rows that were read before become new events, and not the same ones again',
        }),
      ),
    }),
    answer: exactly({ reset: Type.Boolean() }),
  }),
  'POST /admin/v1/sources/:id/sql/test': route({
    needs: 'edit',
    summary: 'Connect to the database and log in; nothing is read',
    body: tried,
    answer: exactly({ version: Type.String({ description: 'What answers, such as PostgreSQL 15.8' }) }),
  }),
  'POST /admin/v1/sources/:id/sql/preview': route({
    needs: 'edit',
    summary:
      'The first ten rows that the next run would read, else of all, and the calls that they would become; nothing is kept',
    body: tried,
    answer: exactly({
      known: Type.Boolean({ description: 'None is beyond the cursor: these are from the beginning' }),
      columns: Type.Array(Type.String()),
      rows: Type.Array(
        exactly({
          cells: Type.Array(Type.Unsafe<Json>(PERSONAL)),
          call: Type.Optional(Type.Unsafe<JsonObject>({ ...EVENT_PERSONAL, type: 'object' })),
          problem: Type.Optional(Type.String({ ...QUOTES_PERSONAL, description: 'Why it becomes no event' })),
        }),
      ),
    }),
  }),
} as const
