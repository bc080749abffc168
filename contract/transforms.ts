import type { JsonObject, SpecEvent } from '../core/event.ts'
import { TRANSFORM_CHARS_MAX } from '../core/transform/transform.ts'
import { Problem } from './configuration.ts'
import { ASKS_PERSONAL, EVENT_PERSONAL, PERSONAL, QUOTES_PERSONAL } from './personal.ts'
import { exactly, oneOf, route } from './route.ts'
import { Type } from './type.ts'

const event = Type.Unsafe<SpecEvent>({ ...EVENT_PERSONAL, type: 'object' })

/** What a transformation made of one event. */
export const TransformResult = exactly({
  address: Type.Optional(Type.String({ description: 'Of an event in the log: lane/chunk/index' })),
  before: event,
  status: oneOf(['changed', 'dropped', 'failed']),
  after: Type.Optional(event),
  problem: Type.Optional(Type.String({ ...QUOTES_PERSONAL, description: 'Why it failed' })),
  lines: Type.Array(Type.String(PERSONAL), { description: 'What it wrote with console.log' }),
})

export const transformRoutes = {
  'POST /admin/v1/transforms/trial': route({
    needs: 'view',
    summary: 'What the text of a transformation makes of events; nothing is sent and nothing stored',
    body: exactly({
      // What it counts, drops or writes would tell of values that the caller may not see.
      text: Type.String({ ...ASKS_PERSONAL, maxLength: TRANSFORM_CHARS_MAX }),
      event: Type.Optional(
        Type.Unsafe<JsonObject>({ type: 'object', description: 'A call as a client sends it' }),
      ),
      address: Type.Optional(Type.String({ description: 'Of an event in the log: lane/chunk/index' })),
      sources: Type.Optional(
        Type.Array(Type.String(), { maxItems: 1_000, description: 'Their newest events; left out: of all' }),
      ),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10 })),
    }),
    answer: exactly({
      problems: Type.Array(Problem, { description: 'Why it cannot be run, each at [line, column]' }),
      results: Type.Array(TransformResult, {
        description: 'Newest first; fewer than there are events when they take more than two seconds',
      }),
    }),
  }),
} as const
