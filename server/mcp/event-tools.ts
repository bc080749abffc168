import { Type } from '../../contract/type.ts'
import { AppError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/event.ts'
import type { Client } from '../cli/client.ts'
import { actionOf, newMapping, TRIAL } from './action-trial.ts'
import { given, routeTool, type Tool, tool } from './tool.ts'

const ADDRESS = /^\d+[/-]\d+[/-]\d+$/

/** What came in, and what became of it. */
export const eventTools: readonly Tool[] = [
  routeTool('GET /admin/v1/events', {
    name: 'search_events',
    title: 'Events that came in',
    more: 'Refused calls and duplicates are there too, by kind. `address` names one for trace_event.',
  }),
  tool(
    {
      name: 'trace_event',
      title: 'One event from end to end',
      description:
        'What was received and corrected, and at each destination what became of it and why: the deciding clause of the trigger, the requests, the answers, the dead letter. Give its messageId or its address.',
      routes: ['GET /admin/v1/events', 'GET /admin/v1/events/:address'],
      input: Type.Object(
        {
          messageId: Type.Optional(Type.String({ minLength: 1 })),
          address: Type.Optional(Type.String({ pattern: ADDRESS.source })),
        },
        { additionalProperties: false },
      ),
    },
    async (client, { messageId, address }) => {
      const known = address ?? (await addressOf(client, messageId))
      return client.ask('GET /admin/v1/events/:address', { params: { address: known.replaceAll('/', '-') } })
    },
  ),
  tool(
    {
      name: 'explain_event',
      title: 'What an event would become',
      description:
        'Nothing is sent or stored. Give an event as a client would send it, or the address of one that came in; a destination, and perhaps one of its actions, with another trigger or mapping to try them. Answers with the clauses of the trigger that hold, the values, the problems and the requests.',
      routes: ['GET /admin/v1/destinations/:id', 'POST /admin/v1/explain'],
      input: Type.Object(
        {
          destination: Type.String({ minLength: 1 }),
          action: Type.Optional(Type.String({ description: 'The id of one of its actions' })),
          ...TRIAL,
          source: Type.Optional(Type.String({ description: 'As if this source had sent it' })),
          event: Type.Optional(
            Type.Unsafe<JsonObject>({
              type: 'object',
              description: 'Such as {"type": "track", "event": "Signed Up", "userId": "ada"}',
            }),
          ),
          address: Type.Optional(Type.String({ pattern: ADDRESS.source })),
        },
        { additionalProperties: false },
      ),
    },
    async (client, { destination, action, source, event, address, ...trial }) => {
      const tried = await triedAction(client, { destination, action, ...trial })
      const place = address?.replaceAll('-', '/')
      const body = given({ destination, action: tried, source, event, address: place })
      return client.ask('POST /admin/v1/explain', { body })
    },
  ),
  tool(
    {
      name: 'try_action',
      title: 'Try a change of an action on real events',
      description:
        'What the last real events would have become under another trigger or mapping of an action, beside what they become now. Nothing is sent or changed. Do this before update_action.',
      routes: ['GET /admin/v1/destinations/:id', 'POST /admin/v1/trials'],
      input: Type.Object(
        {
          destination: Type.String({ minLength: 1 }),
          action: Type.String({ minLength: 1, description: 'The id of one of its actions' }),
          ...TRIAL,
          events_max: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000 })),
        },
        { additionalProperties: false },
      ),
    },
    async (client, { destination, action, events_max, ...trial }) => {
      const tried = (await triedAction(client, { destination, action, ...trial })) ?? action
      const body = { destination, action: tried, ...given({ events_max }) }
      return client.ask('POST /admin/v1/trials', { body })
    },
  ),
]

type Trial = {
  readonly destination: string
  readonly action: string | undefined
  readonly trigger?: string
  readonly fields?: JsonObject
  readonly remove_fields?: readonly string[]
}

/** The action as it would be; its id alone where nothing of it would be another. */
async function triedAction(client: Client, { destination, action, trigger, ...fields }: Trial) {
  if (action === undefined) return undefined
  const { found } = await actionOf(client, destination, action)
  const mapping = newMapping(found.mapping, fields)
  if (trigger === undefined && mapping === undefined) return action
  return { action: found.action, id: action, ...given({ trigger: trigger ?? found.trigger, mapping }) }
}

/** @throws {AppError} QUERY_INVALID, NOT_FOUND */
async function addressOf(client: Client, messageId: string | undefined): Promise<string> {
  if (messageId === undefined)
    throw new AppError('QUERY_INVALID', { parameter: 'arguments', problem: 'lack messageId or address' })
  const { events } = await client.ask('GET /admin/v1/events', { query: { messageId, limit: 10 } })
  // One that was sent again is there as a duplicate too; the event itself is the oldest.
  const entry = events.findLast(({ kind }) => kind === 'event') ?? events.at(-1)
  if (entry === undefined) throw new AppError('NOT_FOUND', { messageId })
  return entry.address
}
