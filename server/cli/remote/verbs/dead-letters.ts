import type { BodyOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { follow } from '../../replay.ts'
import { given, invalid, numberOf } from '../body.ts'
import type { Call, Flag, Verb } from '../verb.ts'
import { PAGE_FLAGS, RANGE_FLAGS } from './events.ts'

type Discarded = BodyOf<Routes['POST /admin/v1/dead-letters/discard']>
const FILTERS: Readonly<Record<string, Flag>> = {
  destination: { value: 'ID', help: 'Of this destination' },
  action: { value: 'ID', help: 'Of this action' },
  code: { value: 'CODE', help: 'Of this reason: docs/errors.md' },
  text: { value: 'TEXT', help: 'Of this reason, in full' },
  event: { value: 'NAME', help: 'Of events of this name' },
  ...RANGE_FLAGS,
}
const NUMBERS = { name: 'NUMBER', isOptional: true, isRest: true } as const

export const deadLetterVerbs: readonly Verb[] = [
  {
    name: 'dead-letters list',
    summary: 'Deliveries that ended without success, newest first',
    flags: { ...FILTERS, ...PAGE_FLAGS },
    async run(call) {
      const { client, flag, print } = call
      const query = given({ ...filtersOf(call), limit: numberOf(call, 'limit'), before: flag('before') })
      const { deadLetters, next } = await client.ask('GET /admin/v1/dead-letters', { query })
      print.list(deadLetters, {
        columns: [
          ['number', ({ id }) => String(id), 'number'],
          ['ended', ({ at }) => print.time(at)],
          ['destination', ({ destination }) => destination],
          ['action', ({ action }) => action],
          ['event', ({ name = '' }) => name],
          ['messageId', ({ messageId }) => messageId],
          ['reason', ({ reason }) => [`${reason.code}: ${reason.text}`, 'bad']],
        ],
        id: ({ id }) => id,
        none: 'There are none.',
        next,
      })
      return 0
    },
  },
  {
    name: 'dead-letters groups',
    summary: 'Dead letters by reason, the newest first',
    flags: { destination: { value: 'ID', help: 'Of this destination' } },
    async run({ client, flag, print }) {
      const query = given({ destination: flag('destination') })
      print.list((await client.ask('GET /admin/v1/dead-letters/groups', { query })).groups, {
        columns: [
          ['count', ({ count }) => String(count), 'number'],
          ['destination', ({ destination }) => destination],
          ['action', ({ action }) => action],
          ['last', ({ last }) => print.time(last)],
          ['code', ({ code }) => code, 'fixed'],
          ['reason', ({ text }) => text],
        ],
        id: ({ code }) => code,
        none: 'There are none.',
      })
      return 0
    },
  },
  {
    name: 'dead-letters show',
    summary: 'One dead letter, with its request, the answer and the event',
    args: [{ name: 'NUMBER' }],
    async run({ client, print, args: [id = ''] }) {
      const told = await client.ask('GET /admin/v1/dead-letters/:id', { params: { id } })
      const { destination, action, reason, at, messageId, request, response, event } = told
      print.one(
        told,
        [
          [`${destination} ${action}: ${reason.code}: ${reason.text}`, 'bad'],
          `  ${messageId}, ended ${print.time(at)}`,
          ...(request === undefined ? [] : [`${request.method} ${request.url}`, request.body]),
          ...(response === undefined ? [] : [`${response.status}`, response.body]),
          ...(event === undefined ? [] : JSON.stringify(event, undefined, 2).split('\n')),
        ],
        id,
      )
      return 0
    },
  },
  {
    name: 'dead-letters retry',
    summary:
      'Send dead letters again, as the destination is configured now: those with these numbers, or that fit',
    args: [NUMBERS],
    flags: { ...FILTERS, 'per-second': { value: 'N', help: 'At most so many a second' } },
    run: retry,
  },
  {
    name: 'dead-letters discard',
    summary: 'Give dead letters up: those with these numbers, or that fit. Cannot be undone',
    args: [NUMBERS],
    flags: { ...FILTERS, yes: { help: 'Needed, for it cannot be undone' } },
    async run(call) {
      const { client, has, print } = call
      if (!has('yes')) throw invalid('it cannot be undone: say --yes if you mean it')
      const body: Discarded = chosen(call)
      const { discarded } = await client.ask('POST /admin/v1/dead-letters/discard', { body })
      print.one({ discarded }, [`${discarded} are given up.`], discarded)
      return 0
    },
  },
]

async function retry(call: Call): Promise<number> {
  const { client, deps, print } = call
  const { destination = await destinationOf(call), ...which } = chosen(call)
  const pace = given({ perSecond_max: numberOf(call, 'per-second') })
  const begun = await client.ask('POST /admin/v1/replays', {
    body: { of: { deadLetters: { ...which, destination } }, ...pace },
  })
  return follow({ wait: deps.wait, draw: undefined }, client, begun, print.isJson ? { json: 'true' } : {}, {
    out: (line) => (print.isJson ? print.one(JSON.parse(line), []) : print.one(undefined, [line], begun.id)),
    err: print.note,
  })
}

/** Of the numbers that were given: they all are of one destination. */
async function destinationOf({ client, args: [id] }: Call): Promise<string> {
  if (id === undefined) throw invalid('--destination says which')
  return (await client.ask('GET /admin/v1/dead-letters/:id', { params: { id } })).destination
}

/** @throws {AppError} OPTION_INVALID when nothing says which: not all of them by an oversight. */
function chosen(call: Call) {
  const ids = call.args.map((text) => {
    if (/^\d{1,15}$/.test(text)) return Number(text)
    throw invalid(`"${text}" is no number of a dead letter`)
  })
  const filters = filtersOf(call)
  if (ids.length === 0 && Object.keys(filters).length === 0)
    throw invalid('give numbers, or flags that say which, such as --destination')
  return { ...filters, ...(ids.length === 0 ? {} : { ids }) }
}

function filtersOf({ flag }: Call) {
  return given({
    ...{ destination: flag('destination'), action: flag('action'), code: flag('code'), text: flag('text') },
    ...{ event: flag('event'), from: flag('from'), to: flag('to') },
  })
}
