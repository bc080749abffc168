import type { AnswerOf, QueryOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { AppError, ERRORS, type ErrorCode } from '../../../../core/errors.ts'
import { CALL_TYPES, type JsonObject } from '../../../../core/event.ts'
import { BODY_FLAGS, bodyOf, given, invalid, numberOf } from '../body.ts'
import type { Cell } from '../table.ts'
import type { Call, Flag, Verb } from '../verb.ts'

export type ShownEntry = AnswerOf<Routes['GET /admin/v1/events']>['events'][number]

/** Of lists that are paged, newest first. */
export const PAGE_FLAGS: Readonly<Record<string, Flag>> = {
  limit: { value: 'N', help: 'How many; 50 when left out' },
  before: { value: 'PLACE', help: 'Older ones: what the list before said' },
}
export const RANGE_FLAGS: Readonly<Record<string, Flag>> = {
  from: { value: 'TIME', help: 'At or after: 2026-08-01T12:00:00Z' },
  to: { value: 'TIME', help: 'Before' },
}

export const eventVerbs: readonly Verb[] = [
  {
    name: 'events list',
    summary: 'What came in, newest first',
    flags: {
      source: { value: 'ID', help: 'Of this source' },
      kind: { value: 'KIND', help: 'What became of it', choices: ['event', 'refused', 'duplicate'] },
      type: { value: 'TYPE', help: 'Of this type', choices: CALL_TYPES },
      event: { value: 'NAME', help: 'Of this name' },
      person: { value: 'ID', help: 'A userId or an anonymousId' },
      q: { value: 'TEXT', help: 'Stands somewhere in it' },
      ...RANGE_FLAGS,
      ...PAGE_FLAGS,
    },
    run: list,
  },
  {
    name: 'events show',
    summary: 'An entry of the log as it is, by its address (lane/chunk/index) or messageId',
    args: [{ name: 'EVENT' }],
    async run(call) {
      const { entry, corrections } = await found(call)
      const lines = [
        `${entry.address}  ${entry.sourceId}  ${call.print.time(entry.receivedAt)}`,
        ...corrections.map(({ at, text }) => `  corrected ${at}: ${text}`),
        ...JSON.stringify(entry.kind === 'event' ? entry.event : entry, undefined, 2).split('\n'),
      ]
      call.print.one({ entry, corrections }, lines, entry.address)
      return 0
    },
  },
  {
    name: 'send',
    summary: 'Send an event to a source, as a client does',
    flags: {
      source: { value: 'ID', help: 'Whose write key is taken' },
      type: { value: 'TYPE', help: 'track when left out', choices: CALL_TYPES },
      event: { value: 'NAME', help: 'The name of a track event' },
      'user-id': { value: 'ID', help: 'Who' },
      'anonymous-id': { value: 'ID', help: 'Who, while nobody knows' },
      'message-id': { value: 'ID', help: 'Made when left out' },
      to: { value: 'URL', help: 'Where clients send; what the server says when left out' },
      ...BODY_FLAGS,
    },
    run: send,
  },
]

async function list(call: Call): Promise<number> {
  const { client, flag, print } = call
  const names = ['source', 'kind', 'type', 'event', 'person', 'q', 'from', 'to', 'before'] as const
  const query = given({
    ...Object.fromEntries(names.map((name) => [name, flag(name)])),
    limit: numberOf(call, 'limit'),
  }) as QueryOf<Routes['GET /admin/v1/events']>
  const { events, next, searched_to } = await client.ask('GET /admin/v1/events', { query })
  print.list(events, {
    columns: [
      ['received', ({ receivedAt }) => print.time(receivedAt)],
      ['source', ({ sourceId }) => sourceId],
      ['what', whatOf],
      ['name', nameOf],
      ['person', personOf],
      ['messageId', messageIdOf],
      ['address', ({ address }) => address, 'fixed'],
    ],
    id: ({ address }) => address,
    none: 'Nothing came in that fits.',
    next,
  })
  if (searched_to !== undefined) print.note(`The search stopped at ${searched_to} for now.`)
  return 0
}

/** @throws {AppError} NOT_FOUND */
export async function found({ client, args: [id = ''] }: Pick<Call, 'client' | 'args'>) {
  const address = /^\d+[/-]\d+[/-]\d+$/.test(id) ? id : await addressOf({ client }, id)
  const params = { address: address.replaceAll('/', '-') }
  return client.ask('GET /admin/v1/events/:address', { params })
}

async function addressOf({ client }: Pick<Call, 'client'>, messageId: string): Promise<string> {
  const { events } = await client.ask('GET /admin/v1/events', { query: { messageId, limit: 10 } })
  // One that was sent again is there as a duplicate too; the event itself is the oldest.
  const entry = events.findLast(({ kind }) => kind === 'event') ?? events.at(-1)
  if (entry === undefined) throw new AppError('NOT_FOUND', { messageId })
  return entry.address
}

type Taken = {
  readonly refused?: readonly { readonly code?: string; readonly reason?: string }[]
  readonly error?: { readonly code?: string; readonly message?: string }
}

async function send(call: Call): Promise<number> {
  const { client, deps, flag, print } = call
  const id = flag('source')
  if (id === undefined) throw invalid('--source says which')
  const { writeKey } = await client.ask('GET /admin/v1/sources/:id', { params: { id } })
  const to = flag('to') ?? (await client.ask('GET /admin/v1/status')).host
  if (!URL.canParse(to)) throw invalid('--to must be an http address')
  const messageId = flag('message-id') ?? deps.newId()
  const event: JsonObject = {
    ...{ type: 'track', messageId, ...(await bodyOf(call)) },
    ...given({
      ...{ type: flag('type'), event: flag('event'), messageId: flag('message-id') },
      ...{ userId: flag('user-id'), anonymousId: flag('anonymous-id') },
    }),
  }
  const url = `${to.replace(/\/+$/, '')}/v1/${String(event['type'])}`
  const answer = await deps.ask('POST', url, { body: { ...event, writeKey } }).catch((cause: Error) => {
    throw new AppError('SERVER_UNREACHABLE', { url: to, problem: cause.message }, { cause })
  })
  const { refused: [refused] = [], error } = answer.json as Taken
  const wrong = answer.ok ? refused : (error ?? {})
  if (wrong !== undefined) throw refusedOf(wrong)
  print.one({ messageId: event['messageId'], event }, [`Taken: ${event['messageId']}`], messageId)
  return 0
}

function refusedOf({ code = '', ...more }: { readonly code?: string }): AppError {
  const { reason, message } = more as { readonly reason?: string; readonly message?: string }
  const problem = reason ?? message ?? 'it was not taken'
  if (Object.hasOwn(ERRORS, code)) return new AppError(code as ErrorCode, { problem })
  return new AppError('SERVER_UNREACHABLE', { problem })
}

export function whatOf(entry: ShownEntry): Cell {
  switch (entry.kind) {
    case 'event':
      return entry.event.type
    case 'refused':
      return ['refused', 'bad']
    case 'duplicate':
      return ['duplicate', 'dim']
    case 'erased':
      return ['erased', 'dim']
  }
}

export function nameOf(entry: ShownEntry): string {
  if (entry.kind === 'refused') return entry.refusal.code
  if (entry.kind !== 'event') return ''
  const { event, name } = entry.event as { readonly event?: string; readonly name?: string }
  return event ?? name ?? ''
}

export function personOf(entry: ShownEntry): string {
  if (entry.kind !== 'event') return ''
  const { userId, anonymousId } = entry.event as { readonly userId?: string; readonly anonymousId?: string }
  return userId ?? anonymousId ?? ''
}

export function messageIdOf(entry: ShownEntry): string {
  if (entry.kind === 'event') return entry.event.messageId ?? ''
  if (entry.kind === 'duplicate') return entry.messageId
  return entry.kind === 'refused' ? (entry.refusal.messageId ?? '') : ''
}
