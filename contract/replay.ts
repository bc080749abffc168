import type { Explanation } from '../core/explain.ts'
import { Reason } from './configuration.ts'
import { deadLetterFilters } from './history.ts'
import { ASKS_PERSONAL, EXPLANATION_PERSONAL, PERSONAL, QUOTES_PERSONAL } from './personal.ts'
import { count, exactly, oneOf, route, time } from './route.ts'
import { Type } from './type.ts'

/** What is sent again, through the actions as they are now, under the idempotency keys that it had. */
export const ReplayOf = Type.Union([
  exactly({
    deadLetters: exactly({
      ...deadLetterFilters,
      destination: Type.String(),
      ids: Type.Optional(Type.Array(Type.Integer(), { maxItems: 10_000 })),
    }),
  }),
  exactly({
    events: exactly({
      destination: Type.String(),
      from: time('Received at or after.'),
      to: time('Received before.'),
      source: Type.Optional(Type.String()),
      trigger: Type.Optional(Type.String({ ...ASKS_PERSONAL, description: 'Only events that it matches' })),
      action: Type.Optional(Type.String({ description: 'Only to this action' })),
    }),
  }),
])
export const REPLAY_STATES = ['running', 'stopped', 'done', 'failed'] as const
export const Replay = exactly({
  id: Type.Integer(),
  of: ReplayOf,
  destination: Type.String(),
  state: oneOf(REPLAY_STATES),
  reason: Type.Optional(Reason),
  startedAt: time('When.'),
  endedAt: Type.Optional(time('When it was done or stopped.')),
  perSecond_max: Type.Integer({ description: 'Its pace' }),
  total: count('Events, or dead letters, to go through'),
  looked: count('Gone through so far'),
  onTheirWay: count('Deliveries that wait or are being sent; a replay that is stopped still sends those'),
  sent: count('Deliveries that are delivered'),
  refused: count('Deliveries that are dead letters again'),
  skipped: count('No action wanted them any more, or nothing would change'),
  left_ms: Type.Optional(Type.Number({ description: 'About how long it will take yet' })),
})
const DryRun = exactly({
  total: count('Events, or dead letters, that it is about'),
  tried: count('The newest of them, through the actions as they are now'),
  accepted: count('Would be sent'),
  refused: count('Would still be refused before they are sent'),
  skipped: count('No action wants them, or nothing would change'),
  warnings: Type.Array(Type.String({ description: 'What a person should know before it is begun' })),
  reasons: Type.Array(
    exactly({ code: Type.String(), text: Type.String(QUOTES_PERSONAL), count: count('How many') }),
  ),
  samples: Type.Array(
    exactly({
      address: Type.String(),
      messageId: Type.String(),
      before: Type.Optional(
        exactly({ reason: Type.Optional(Reason), requestBody: Type.Optional(Type.String(PERSONAL)) }),
      ),
      after: Type.Array(
        Type.Unsafe<{ readonly id: string; readonly name: string } & Explanation>({
          ...EXPLANATION_PERSONAL,
          type: 'object',
        }),
      ),
    }),
  ),
})

export const replayRoutes = {
  'POST /admin/v1/replays/dry-run': route({
    needs: 'view',
    summary: 'What a replay would do; nothing is sent',
    body: exactly({ of: ReplayOf }),
    answer: DryRun,
  }),
  'POST /admin/v1/replays': route({
    needs: 'edit',
    summary: 'Send dead letters or a range of the log again',
    body: exactly({
      of: ReplayOf,
      perSecond_max: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, default: 500 })),
    }),
    answer: Replay,
    status: 201,
  }),
  'GET /admin/v1/replays': route({
    needs: 'view',
    summary: 'Replays, newest first',
    query: exactly({ destination: Type.Optional(Type.String()) }),
    answer: exactly({ replays: Type.Array(Replay) }),
  }),
  'GET /admin/v1/replays/:id': route({
    needs: 'view',
    summary: 'A replay, with its progress',
    answer: Replay,
  }),
  'POST /admin/v1/replays/:id/stop': route({
    needs: 'edit',
    summary: 'Stop it; it can be resumed',
    answer: Replay,
  }),
  'POST /admin/v1/replays/:id/resume': route({
    needs: 'edit',
    summary: 'Go on where it stopped, at another pace if one is given',
    body: exactly({ perSecond_max: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })) }),
    answer: Replay,
  }),
} as const
