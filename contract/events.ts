import { CALL_TYPES, type Entry, type Json, type JsonObject } from '../core/event.ts'
import type { TransformOf } from '../core/explain.ts'
import { DestinationState, Reason } from './configuration.ts'
import { Attempt, DeadLetter } from './history.ts'
import {
  ASKS_NOTHING,
  ASKS_PERSONAL,
  ENTRY_PERSONAL,
  NOT_PERSONAL,
  PERSONAL,
  personalBut,
  QUOTES_PERSONAL,
  TRANSFORM_KEPT,
} from './personal.ts'
import { count, exactly, next, oneOf, paging, route, time } from './route.ts'
import { Type } from './type.ts'

/** An entry of the log: an event, a refused call, or a duplicate. */
export type ShownEntry = Entry & { readonly address: string }
export const ShownEntry = Type.Unsafe<ShownEntry>({
  ...ENTRY_PERSONAL,
  type: 'object',
  description: 'kind event: event; kind refused: refusal with code and reason; kind duplicate: messageId',
})

const eventFilters = {
  source: Type.Optional(Type.String()),
  kind: Type.Optional(oneOf(['event', 'refused', 'duplicate'])),
  type: Type.Optional(oneOf(CALL_TYPES)),
  event: Type.Optional(Type.String({ description: 'The name of a track event, page or screen' })),
  person: Type.Optional(Type.String({ ...ASKS_PERSONAL, description: 'A userId or an anonymousId' })),
  messageId: Type.Optional(Type.String()),
  q: Type.Optional(
    Type.String({ ...ASKS_PERSONAL, maxLength: 200, description: 'Stands somewhere in the entry' }),
  ),
  from: Type.Optional(time('Received at or after.')),
  to: Type.Optional(time('Received before.')),
}

/**
 * What became of one event at one destination that is connected to its source. `no trace`: it came before the destination
 * was connected, or what was sent of it has left the history.
 */
export const FATES = [
  'discarded',
  'filtered',
  'delivered',
  'unchanged',
  'dead letter',
  'parked',
  'pending',
  'off',
  'in pages',
  'not connected then',
  'no trace',
] as const
export const Fate = exactly({
  destination: Type.String(),
  name: Type.String(),
  fate: oneOf(FATES, 'The worst of its deliveries; discarded when no action wanted it'),
  why: Type.Optional(
    Type.Array(exactly({ action: Type.String(), text: Type.String({ description: 'The deciding clause' }) })),
  ),
  deliveries: Type.Array(
    exactly({
      action: Type.String(),
      name: Type.String(),
      fate: oneOf(FATES),
      until: Type.Optional(time('Parked until.')),
      values: Type.Optional(
        Type.Unsafe<JsonObject>({
          ...PERSONAL,
          type: 'object',
          description: 'Under the action as it is now',
        }),
      ),
      transforms: Type.Optional(
        Type.Array(
          Type.Unsafe<TransformOf>({
            ...personalBut(...TRANSFORM_KEPT),
            type: 'object',
            description: 'What the transformations of the source and of the action make of it now',
          }),
        ),
      ),
      reason: Type.Optional(Reason),
      adjustments: Type.Array(exactly({ field: Type.String(), text: Type.String(QUOTES_PERSONAL) })),
      notes: Type.Optional(
        Type.Array(Type.String(), { description: 'What is good to know of it, though nothing is wrong' }),
      ),
      deadLetter: Type.Optional(DeadLetter),
    }),
  ),
  attempts: Type.Array(Attempt),
})

export const eventRoutes = {
  'GET /admin/v1/events': route({
    needs: 'view',
    summary: 'What came in, newest first',
    query: exactly({ ...eventFilters, ...paging }),
    answer: exactly({
      events: Type.Array(ShownEntry),
      next,
      searched_to: Type.Optional(time('The search stopped there for now: go on with `next`.')),
    }),
  }),
  'GET /admin/v1/events/:address': route({
    needs: 'view',
    summary: 'One event, end to end. The address is written lane-chunk-index here',
    answer: exactly({
      entry: ShownEntry,
      corrections: Type.Array(
        exactly({
          at: Type.String(),
          text: Type.String(),
          was: Type.Optional(Type.Unsafe<Json>({ ...NOT_PERSONAL, description: 'A time' })),
        }),
      ),
      destinations: Type.Array(Fate),
    }),
  }),
  'GET /admin/v1/live': route({
    needs: 'view',
    summary:
      'New entries of the log as they come, at most 100 a second; `skipped` says how many were left out',
    query: exactly({
      source: Type.Optional(Type.String()),
      kinds: Type.Optional(Type.String({ description: 'Of event, refused, duplicate, with commas between' })),
      type: Type.Optional(oneOf(CALL_TYPES)),
      event: Type.Optional(Type.String()),
      q: Type.Optional(
        Type.String({ ...ASKS_PERSONAL, maxLength: 200, description: 'Stands somewhere in the entry' }),
      ),
    }),
    answer: undefined,
    events: Type.Union([
      exactly({
        type: Type.Literal('entries'),
        entries: Type.Array(ShownEntry),
        skipped: count('Left out since the last ones'),
      }),
      exactly({ type: Type.Literal('beat') }),
    ]),
  }),
  'GET /admin/v1/search': route({
    needs: 'view',
    summary: 'Events by messageId, people, event names, sources and destinations',
    query: exactly({
      q: Type.String({
        ...ASKS_NOTHING,
        minLength: 1,
        maxLength: 400,
        description: 'People are looked for only for those who may see personal values',
      }),
    }),
    answer: exactly({
      hits: Type.Array(
        Type.Union([
          exactly({
            kind: Type.Literal('event'),
            address: Type.String(),
            text: Type.String(QUOTES_PERSONAL),
            source: Type.String(),
            at: time('Received.'),
          }),
          exactly({
            kind: Type.Literal('person'),
            id: Type.String(PERSONAL),
            of: oneOf(['userId', 'anonymousId']),
            last: time('Last seen.'),
          }),
          exactly({
            kind: Type.Literal('event name'),
            source: Type.String(),
            type: oneOf(CALL_TYPES),
            name: Type.String(),
            count: count('Seen'),
          }),
          exactly({ kind: Type.Literal('source'), id: Type.String(), name: Type.String() }),
          exactly({ kind: Type.Literal('destination'), id: Type.String(), name: Type.String() }),
        ]),
      ),
    }),
  }),
  'GET /admin/v1/sources/:id/schema': route({
    needs: 'view',
    summary: 'The events that a source sent, and their properties',
    query: exactly({
      event: Type.Optional(Type.String({ description: 'Only this name, with its properties' })),
      type: Type.Optional(oneOf(CALL_TYPES)),
    }),
    answer: exactly({
      events: Type.Array(
        exactly({
          type: oneOf(CALL_TYPES),
          name: Type.String({ description: 'Empty for calls that have none' }),
          count: count('Seen'),
          first: time('First seen.'),
          last: time('Last seen.'),
          planned: Type.Optional(
            Type.Boolean({
              description:
                'Whether the tracking plan of the source has it; left out where there is nothing to say',
            }),
          ),
          properties: Type.Optional(
            Type.Array(
              exactly({
                path: Type.String({ description: 'Such as properties.total' }),
                count: count('Of the looked-at events'),
                types: Type.Record(Type.String(), Type.Integer()),
                examples: Type.Array(Type.Unsafe<Json>({ ...PERSONAL })),
              }),
            ),
          ),
          sampled: Type.Optional(count('How many events the properties were taken from')),
        }),
      ),
      other: count('Events whose names are over the limit'),
    }),
  }),
  'GET /admin/v1/series': route({
    needs: 'view',
    summary: 'Counts over time, of a source or a destination',
    query: exactly({
      of: Type.String({ description: 'The id of a source or a destination' }),
      from: Type.Optional(time('From; an hour ago when left out.')),
      to: Type.Optional(time('To.')),
      step: Type.Optional(oneOf(['minute', 'hour'])),
    }),
    answer: exactly({
      step_ms: Type.Integer(),
      from: time('The start of the first step.'),
      series: Type.Record(Type.String(), Type.Array(Type.Integer()), {
        description: 'By name, such as delivered or discarded: one count a step',
      }),
      parts: Type.Record(Type.String(), Type.Record(Type.String(), Type.Integer()), {
        description: 'By name and action: the sum',
      }),
    }),
  }),
  'GET /admin/v1/rates': route({
    needs: 'view',
    summary: 'The last hour of every source, destination and connection',
    answer: exactly({
      sources: Type.Record(
        Type.String(),
        exactly({
          events: count('Accepted in the last hour'),
          refused: count('Refused'),
          duplicates: count('Seen before'),
          minutes: Type.Array(Type.Integer(), { description: 'Accepted a minute: 60' }),
          last: Type.Optional(time('The newest event.')),
        }),
      ),
      destinations: Type.Record(
        Type.String(),
        exactly({
          delivered: count('In the last hour'),
          dead: count('In the last hour'),
          retried: count('Attempts that are to be repeated, in the last hour'),
          minutes: Type.Array(Type.Integer(), { description: 'Delivered a minute: 60' }),
          lag_ms: Type.Number({ description: 'The age of the oldest event that waits; 0 for none' }),
        }),
      ),
      connections: Type.Array(
        exactly({
          source: Type.String(),
          destination: Type.String(),
          read: count('Events of the last hour'),
          discarded: count('No action wanted them'),
          filtered: count('Consent was missing, or the call switched the destination off'),
        }),
      ),
    }),
  }),
  'GET /admin/v1/destinations/:id/overview': route({
    needs: 'view',
    summary: 'What a person at 2 a.m. wants to know of a destination',
    answer: exactly({
      ...DestinationState.properties,
      delivered: count('Since the beginning'),
      dead: count('Dead letters that are there now'),
      discarded: count('Since the beginning'),
      filtered: count('Since the beginning'),
      parked: count('Deliveries that wait for their turn'),
      pending: Type.Integer({
        description: 'Events that it has not read yet; an estimate when `pending_exact` is false',
      }),
      pending_exact: Type.Boolean(),
      lag_ms: Type.Number(),
      oldest: Type.Optional(time('The oldest event that waits.')),
      givesUp: Type.Optional(time('When that one becomes a dead letter if nothing gets better.')),
      budgets: Type.Array(
        exactly({
          name: Type.String(),
          label: Type.String(),
          used: Type.Integer(),
          max: Type.Integer(),
          window_ms: Type.Integer(),
        }),
      ),
      lastProblem: Type.Optional(
        exactly({
          at: time('When.'),
          code: Type.String(),
          text: Type.String(QUOTES_PERSONAL),
          events: count('How many'),
          advice: Type.String({ description: 'What to do' }),
        }),
      ),
    }),
  }),
} as const
