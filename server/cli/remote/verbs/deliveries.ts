import type { AnswerOf, QueryOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { given, numberOf } from '../body.ts'
import type { Tone } from '../print.ts'
import type { Verb } from '../verb.ts'
import { PAGE_FLAGS, RANGE_FLAGS } from './events.ts'

type Attempt = AnswerOf<Routes['GET /admin/v1/attempts']>['attempts'][number]
const OUTCOMES = ['delivered', 'retry', 'refused', 'continue', 'later', 'parked'] as const

export const deliveryVerbs: readonly Verb[] = [
  {
    name: 'deliveries list',
    summary: 'What was sent, newest first',
    flags: {
      destination: { value: 'ID', help: 'To this one' },
      action: { value: 'ID', help: 'By this action' },
      outcome: { value: 'OUTCOME', help: 'How it ended', choices: OUTCOMES },
      status: { value: 'STATUS', help: '200, 4xx, or none for no answer' },
      event: { value: 'NAME', help: 'That carried an event of this name' },
      person: { value: 'ID', help: 'A userId or an anonymousId' },
      ...RANGE_FLAGS,
      ...PAGE_FLAGS,
    },
    async run(call) {
      const { client, flag, print } = call
      const names = ['destination', 'action', 'outcome', 'status', 'event', 'person', 'from', 'to', 'before']
      const query = given({
        ...Object.fromEntries(names.map((name) => [name, flag(name)])),
        limit: numberOf(call, 'limit'),
      }) as QueryOf<Routes['GET /admin/v1/attempts']>
      const { attempts, next } = await client.ask('GET /admin/v1/attempts', { query })
      print.list(attempts, {
        columns: [
          ['id', ({ id }) => String(id), 'number'],
          ['sent', ({ startedAt }) => print.time(startedAt)],
          ['destination', ({ destination }) => destination],
          ['outcome', ({ outcome }) => [outcome, toneOf(outcome)]],
          ['status', ({ status }) => String(status ?? 'none'), 'number'],
          ['ms', ({ duration_ms }) => String(Math.round(duration_ms)), 'number'],
          ['events', ({ events }) => String(events), 'number'],
          ['first', ({ first }) => first?.name ?? ''],
          ['reason', ({ reason }) => (reason === undefined ? '' : `${reason.code}: ${reason.text}`)],
        ],
        id: ({ id }) => id,
        none: 'Nothing was sent that fits.',
        next,
      })
      return 0
    },
  },
  {
    name: 'deliveries show',
    summary: 'One request, and what came back',
    args: [{ name: 'ID' }],
    async run({ client, print, args: [id = ''] }) {
      const told = await client.ask('GET /admin/v1/attempts/:id', { params: { id } })
      const { destination, startedAt, outcome, status, reason, method, url, requestBody, responseBody } = told
      print.one(
        told,
        [
          [`${destination}: ${outcome}`, toneOf(outcome)],
          `  sent ${print.time(startedAt)}, try ${told.attempt}, ${told.events} events`,
          ...(reason === undefined ? [] : [`  ${reason.code}: ${reason.text}`]),
          `${method} ${url}`,
          requestBody,
          String(status ?? 'no answer'),
          responseBody,
        ],
        id,
      )
      return 0
    },
  },
]

function toneOf(outcome: Attempt['outcome']): Tone | undefined {
  if (outcome === 'delivered') return 'good'
  return outcome === 'refused' ? 'bad' : 'warn'
}
