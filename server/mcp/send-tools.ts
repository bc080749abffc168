import type { Static, TObject, TProperties, TSchema } from 'typebox'
import { deadLetterFilters } from '../../contract/history.ts'
import type { BodyOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { Type } from '../../contract/type.ts'
import { AppError } from '../../core/errors.ts'
import { given, routeTool, type Tool, tool } from './tool.ts'

type ReplayOf = BodyOf<Routes['POST /admin/v1/replays']>['of']

const PACE = {
  dry_run: Type.Optional(
    Type.Boolean({ default: true, description: 'Say what it would do, and send nothing. Always first' }),
  ),
  total_max: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'Needed when dry_run is false: the total that the dry run said. If it is about more by now, it is refused',
    }),
  ),
  perSecond_max: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, default: 500 })),
}

/** What sends: dead letters and events again, and made-up events. */
export const sendTools: readonly Tool[] = [
  replayTool(
    {
      name: 'retry_dead_letters',
      title: 'Send dead letters again',
      description:
        'Sends the dead letters of a destination again, all or those that fit, through its actions as they are now. The first call is a dry run that says what would happen; the second, with dry_run: false and total_max, begins it. get_replay shows how it gets on.',
    },
    {
      ...deadLetterFilters,
      destination: Type.String({ minLength: 1 }),
      ids: Type.Optional(Type.Array(Type.Integer(), { maxItems: 10_000 })),
    },
    (which) => ({ deadLetters: which as never }),
  ),
  replayTool(
    {
      name: 'replay_events',
      title: 'Send a range of events again',
      description:
        'Sends the events of a range of time again to one destination, through its actions as they are now, under the idempotency keys that they had. The first call is a dry run; the second, with dry_run: false and total_max, begins it.',
    },
    {
      destination: Type.String({ minLength: 1 }),
      from: Type.String({ description: 'Received at or after. ISO 8601, in UTC' }),
      to: Type.String({ description: 'Received before' }),
      source: Type.Optional(Type.String()),
      trigger: Type.Optional(Type.String({ description: 'Only events that it matches' })),
      action: Type.Optional(Type.String({ description: 'Only to this action' })),
    },
    (which) => ({ events: which as never }),
  ),
  routeTool('POST /admin/v1/replays/:id/stop', {
    name: 'stop_replay',
    title: 'Stop a replay',
    params: { id: 'replay' },
    hints: { idempotent: true },
  }),
  tool(
    {
      name: 'send_test_event',
      title: 'Try a destination with a made-up event',
      description:
        'Really sends one made-up event to the receiver, and gives the request and the answer. Where a kind cannot be tried, it says so.',
      hints: { reachesOut: true },
      routes: ['POST /admin/v1/test'],
      input: Type.Object({ destination: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
    },
    (client, { destination }) => client.ask('POST /admin/v1/test', { body: { destination, send: true } }),
  ),
  routeTool('POST /admin/v1/sources/:id/sample-events', {
    name: 'send_sample_events',
    title: 'Send made-up events through a source',
    params: { id: 'source' },
    hints: { reachesOut: true },
    more: 'They go on to the destinations that are connected.',
  }),
]

type About = Pick<Tool, 'name' | 'title' | 'description'>

/** Replays as people begin them in the pages: first what would happen, then the doing of just that. */
function replayTool<P extends TProperties & Readonly<Record<string, TSchema>>>(
  about: About,
  which: P,
  ofWhich: (which: object) => ReplayOf,
): Tool {
  const input: TObject = Type.Object({ ...which, ...PACE }, { additionalProperties: false })
  return tool(
    {
      ...about,
      hints: { destructive: true, reachesOut: true },
      routes: ['POST /admin/v1/replays/dry-run', 'POST /admin/v1/replays'],
      input,
    },
    async (client, values) => {
      const { dry_run = true, total_max, perSecond_max, ...rest } = values as Static<Paced>
      const of = ofWhich(rest)
      const { samples: _, ...tried } = await client.ask('POST /admin/v1/replays/dry-run', { body: { of } })
      if (dry_run) return { dry_run: true, ...tried, next: nextStep(tried.total) }
      checkTotal(tried.total, total_max)
      return client.ask('POST /admin/v1/replays', { body: { of, ...given({ perSecond_max }) } })
    },
  )
}
type Paced = TObject<typeof PACE>

function nextStep(total: number): string {
  if (total === 0) return 'There is nothing to send.'
  return `To send them, call again with dry_run: false and total_max: ${total}.`
}

/** @throws {AppError} QUERY_INVALID when nobody looked at what it would do, or it would do more by now */
function checkTotal(total: number, total_max: number | undefined): void {
  const problem =
    total_max === undefined
      ? 'is needed: make a dry run, and give its total'
      : total > total_max
        ? `is ${total_max}, and it is about ${total} by now: make another dry run`
        : undefined
  if (problem !== undefined) throw new AppError('QUERY_INVALID', { parameter: 'total_max', problem })
}
