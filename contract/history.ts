import { Reason } from './configuration.ts'
import { ASKS_PERSONAL, EVENT_PERSONAL, PERSONAL, QUOTES_PERSONAL } from './personal.ts'
import { count, exactly, next, oneOf, paging, route, time } from './route.ts'
import { Type } from './type.ts'

export const ATTEMPT_OUTCOMES = ['delivered', 'retry', 'refused', 'continue', 'later', 'parked'] as const
const attempt = {
  id: Type.Integer(),
  destination: Type.String(),
  startedAt: time('When it was sent.'),
  duration_ms: Type.Number(),
  attempt: Type.Integer({ description: 'Tries at this very request so far, this one included' }),
  outcome: oneOf(ATTEMPT_OUTCOMES),
  actions: Type.Optional(
    Type.Array(Type.String(), {
      description: 'The ids of the actions whose deliveries it carried; absent from before that was kept',
    }),
  ),
  status: Type.Optional(
    Type.Integer({ description: "The receiver's HTTP status; absent when there was no answer" }),
  ),
  reason: Type.Optional(Reason),
  method: Type.String(),
  url: Type.String(),
  events: count('How many events it carried'),
  first: Type.Optional(
    exactly({
      address: Type.String(),
      name: Type.String({ description: 'Of the event; of one that has none, its type' }),
      person: Type.Optional(Type.String({ ...PERSONAL, description: 'Its userId, else its anonymousId' })),
    }),
  ),
}
export const Attempt = exactly(attempt)
export const AttemptDetail = exactly({
  ...attempt,
  requestBody: Type.String(PERSONAL),
  responseBody: Type.String(PERSONAL),
  addresses: Type.Array(Type.String({ description: 'Of the events that it carried, lane/chunk/index' })),
  adjustments: Type.Array(
    exactly({
      address: Type.String(),
      action: Type.String(),
      field: Type.String(),
      text: Type.String(QUOTES_PERSONAL),
    }),
  ),
  adjustments_count: count('All of them; the first 100 are kept'),
})

export const DeadLetter = exactly({
  id: Type.Integer(),
  destination: Type.String(),
  action: Type.String({ description: 'The id of the action' }),
  address: Type.String(),
  messageId: Type.String(),
  name: Type.Optional(
    Type.String({
      description: "The event's name, or its type; absent for old ones, from before it was kept",
    }),
  ),
  at: time('When it ended.'),
  reason: Reason,
  status: Type.Optional(Type.Integer()),
})
export const DeadLetterDetail = exactly({
  ...DeadLetter.properties,
  request: Type.Optional(exactly({ method: Type.String(), url: Type.String(), body: Type.String(PERSONAL) })),
  response: Type.Optional(exactly({ status: Type.Integer(), body: Type.String(PERSONAL) })),
  event: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({
      ...EVENT_PERSONAL,
      type: 'object',
      description: 'The event; absent when the log has it no more',
    }),
  ),
})

/** Which dead letters: all that fit everything that is given. */
export const deadLetterFilters = {
  destination: Type.Optional(Type.String()),
  action: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  text: Type.Optional(
    Type.String({
      description: 'The reason, in full: those with the same but for numbers and quoted values',
    }),
  ),
  event: Type.Optional(Type.String({ description: "The event's name, or its type where it has none" })),
  from: Type.Optional(time('Ended at or after.')),
  to: Type.Optional(time('Ended before.')),
}

export const historyRoutes = {
  'GET /admin/v1/attempts': route({
    needs: 'view',
    summary: 'What was sent, newest first',
    query: exactly({
      destination: Type.Optional(Type.String()),
      action: Type.Optional(Type.String({ description: 'The id of an action whose delivery it carried' })),
      outcome: Type.Optional(oneOf(ATTEMPT_OUTCOMES)),
      status: Type.Optional(
        Type.String({
          pattern: '^([1-5]xx|[1-5][0-9][0-9]|none)$',
          description: '200, 4xx, or none for no answer',
        }),
      ),
      event: Type.Optional(Type.String({ description: 'A name of an event that it carried' })),
      person: Type.Optional(Type.String(ASKS_PERSONAL)),
      from: Type.Optional(time('Sent at or after.')),
      to: Type.Optional(time('Sent before.')),
      ...paging,
    }),
    answer: exactly({
      attempts: Type.Array(Attempt),
      next,
      searched_to: Type.Optional(time('The search stopped there for now.')),
    }),
  }),
  'GET /admin/v1/attempts/:id': route({
    needs: 'view',
    summary: 'One attempt, with request and answer',
    answer: AttemptDetail,
  }),
  'GET /admin/v1/dead-letters': route({
    needs: 'view',
    summary: 'Deliveries that ended without success, newest first',
    query: exactly({ ...deadLetterFilters, ...paging }),
    answer: exactly({ deadLetters: Type.Array(DeadLetter), next }),
  }),
  'GET /admin/v1/dead-letters/groups': route({
    needs: 'view',
    summary: 'Dead letters by reason, the newest first',
    query: exactly({ destination: Type.Optional(Type.String()) }),
    answer: exactly({
      groups: Type.Array(
        exactly({
          destination: Type.String(),
          action: Type.String(),
          code: Type.String(),
          text: Type.String({
            ...QUOTES_PERSONAL,
            description:
              'The reason of the newest; those of a group have the same code and the same text but for numbers and quoted values',
          }),
          count: count('How many'),
          first: time('The oldest.'),
          last: time('The newest.'),
        }),
      ),
    }),
  }),
  'GET /admin/v1/dead-letters/:id': route({
    needs: 'view',
    summary: 'One dead letter, with request, answer and event',
    answer: DeadLetterDetail,
  }),
  'POST /admin/v1/dead-letters/discard': route({
    needs: 'edit',
    summary: 'Give these dead letters up: they are counted as given up, and gone',
    body: exactly({
      ...deadLetterFilters,
      ids: Type.Optional(Type.Array(Type.Integer(), { maxItems: 10_000 })),
    }),
    answer: exactly({ discarded: count('How many') }),
  }),
  'GET /admin/v1/refusals': route({
    needs: 'view',
    summary: 'Calls that ingest refused, newest first',
    query: exactly({ source: Type.Optional(Type.String()), ...paging }),
    answer: exactly({
      refusals: Type.Array(
        exactly({
          id: Type.Integer(),
          source: Type.String(),
          address: Type.String(),
          at: time('Received.'),
          code: Type.String(),
          reason: Type.String(QUOTES_PERSONAL),
          messageId: Type.Optional(Type.String()),
          text: Type.String({ ...PERSONAL, description: 'The beginning of what was sent' }),
        }),
      ),
      next,
    }),
  }),
} as const
