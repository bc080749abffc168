import type { Json } from '../core/event.ts'
import { Problem, redact } from './configuration.ts'
import { PERSONAL } from './personal.ts'
import { count, exactly, id, route } from './route.ts'
import { Type } from './type.ts'

const value = Type.Optional(Type.Unsafe<Json>({ ...PERSONAL }))

export const redactionRoutes = {
  'POST /admin/v1/redactions/preview': route({
    needs: 'view',
    summary: 'What rules would take out of the last events; nothing is stored',
    body: exactly({
      of: Type.Union([exactly({ source: id('A source') }), exactly({ destination: id('A destination') })], {
        description:
          'Whose events: of a source as they are in the log, or of what is connected to a destination',
      }),
      rules: redact,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    }),
    answer: exactly({
      problems: Type.Array(Problem),
      looked: count('The last events that were looked at'),
      changed: count('Of them, those that the rules change'),
      failed: count('Of them, those that a rule fails on: they would be refused'),
      events: Type.Array(
        exactly({
          address: Type.String(),
          name: Type.String({ description: 'Of the event, or its type' }),
          changes: Type.Array(exactly({ path: Type.String(), before: value, after: value })),
          failed: Type.Optional(Type.String()),
        }),
        { description: 'Those that are changed or failed, newest first' },
      ),
    }),
  }),
} as const
