import type { AlertSettings } from '../core/configuration.ts'
import { NOT_PERSONAL, QUOTES_PERSONAL } from './personal.ts'
import { exactly, oneOf, route, time } from './route.ts'
import { Type } from './type.ts'

export const Settings = Type.Unsafe<AlertSettings>({
  ...NOT_PERSONAL,
  type: 'object',
  description:
    '{channels: [{id, kind: webhook | slack, url} | {id, kind: email, to: []}], rules?}; docs/operating.md. What follows the host of a url is shown as ***; a url that comes back so stays as it is',
})
const alert = {
  key: Type.String({ description: 'The same for the same trouble' }),
  rule: oneOf(['held', 'failing', 'lag', 'deadLetters', 'disk']),
  of: Type.Optional(Type.String({ description: 'The destination' })),
  text: Type.String(QUOTES_PERSONAL),
  since: time('Since when it is so.'),
}

export const alertRoutes = {
  'GET /admin/v1/alerts': route({
    needs: 'view',
    summary: 'What is not as it should be, what people were told of, and the settings of both',
    answer: exactly({
      settings: Settings,
      defaults: Type.Unsafe<Required<NonNullable<AlertSettings['rules']>>>({
        ...NOT_PERSONAL,
        type: 'object',
        description: 'The rules as they come',
      }),
      canMail: Type.Boolean({ description: 'The server was started with a mail server' }),
      active: Type.Array(
        exactly({
          ...alert,
          told: Type.Optional(time('When people were told; absent while it has not lasted.')),
        }),
      ),
      recent: Type.Array(
        exactly({
          ...alert,
          kind: oneOf(['alert', 'recovered']),
          at: time('When.'),
          sent: Type.Record(Type.String(), Type.String(), {
            description: 'By channel: sent, or what went wrong',
          }),
        }),
      ),
    }),
  }),
  'PUT /admin/v1/alerts': route({
    needs: 'edit',
    summary: 'Change what is told, and where',
    body: exactly({ settings: Settings }),
    answer: exactly({ change: Type.Integer() }),
  }),
  'POST /admin/v1/alerts/test': route({
    needs: 'edit',
    summary: 'Send a test to a channel, as it is written, and say what came of it',
    body: exactly({ channel: Type.Unsafe<AlertSettings['channels'][number]>({ type: 'object' }) }),
    answer: exactly({ ok: Type.Boolean(), text: Type.String() }),
  }),
} as const
