import { NOT_PERSONAL, QUOTES_PERSONAL } from './personal.ts'
import { count, exactly, oneOf, route, time } from './route.ts'
import { Type } from './type.ts'

export const statusRoutes = {
  'GET /admin/v1/status': route({
    needs: 'view',
    summary: 'The server: version, addresses, health, disk',
    answer: exactly({
      version: Type.String(),
      startedAt: time('When.'),
      host: Type.String({ description: 'Where clients send' }),
      configuredBy: oneOf(['pages', 'file'], 'file: what is changed here is undone at the next start'),
      configFile: Type.Optional(Type.String()),
      sandbox: Type.Boolean({ description: 'A sandbox that stands in for Heap is at /sandbox/' }),
      login: Type.Boolean({ description: 'False: whoever reaches this page may do everything' }),
      turnedAway: Type.Array(
        exactly({
          code: Type.String(),
          source: Type.Optional(Type.String({ description: 'Left out where it is not known' })),
          count: Type.Integer(),
        }),
        {
          description: 'Requests refused as a whole since the server started, by reason: they are in no log',
        },
      ),
      health: exactly({
        ok: Type.Boolean(),
        problems: Type.Array(
          exactly({
            text: Type.String(QUOTES_PERSONAL),
            link: Type.Optional(Type.String({ description: 'The page that shows it' })),
          }),
        ),
      }),
      disk: exactly({ free_bytes: Type.Number(), free_bytes_min: Type.Number() }),
      log: exactly({
        bytes: Type.Number(),
        chunks: Type.Integer(),
        oldest: Type.Optional(time('The oldest chunk.')),
      }),
      limits: exactly({
        event_bytes_max: Type.Integer(),
        body_bytes_max: Type.Integer(),
        events_max: Type.Integer(),
        event_levels_max: Type.Integer(),
        event_keys_max: Type.Integer(),
        key_perSecond: Type.Integer({ description: 'Requests with one write key; 0: no limit' }),
        address_perSecond: Type.Integer({ description: 'Requests from one address; 0: no limit' }),
        giveUpAfter_ms: Type.Number(),
        retention_days: Type.Number(),
        history_days: Type.Number(),
      }),
    }),
  }),
  'GET /admin/v1/work': route({
    needs: 'view',
    summary: 'How the server did its work within the last hour, as it is kept in memory',
    answer: exactly({
      step_ms: count('How far points are apart'),
      points: Type.Array(
        exactly({
          at_ms: Type.Number({ description: 'Its end, in milliseconds since 1970' }),
          accepted_perSecond: Type.Number({ description: 'Events taken' }),
          delivered_perSecond: Type.Number(),
          ack_ms: Type.Number({ description: '99 % of the requests with events were answered within this' }),
          lag_ms: Type.Number({ description: 'Age of the oldest event that a destination has not read' }),
          delay_ms: Type.Number({ description: '99 % of the timers of the main thread were late by less' }),
          resident_bytes: Type.Number({ description: 'Memory' }),
          disk_free_bytes: Type.Number(),
          busy_main: Type.Number({ description: 'Ingest and admin API, from 0 to 1' }),
          busy_readers: Type.Number({ description: 'Delivery' }),
          busy_lookups: Type.Number({ description: 'What pages ask' }),
        }),
        { description: 'Oldest first' },
      ),
    }),
  }),
  'GET /admin/v1/openapi.json': route({
    needs: 'view',
    summary: 'This API, as OpenAPI 3.1',
    answer: Type.Unsafe<Record<string, unknown>>({ ...NOT_PERSONAL, type: 'object' }),
  }),
} as const
