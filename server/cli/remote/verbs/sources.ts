import type { AnswerOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { PRIVACY, SOURCE_KINDS } from '../../../../core/configuration.ts'
import { BODY_FLAGS, bodyOf, given } from '../body.ts'
import type { Cell } from '../table.ts'
import type { Arg, Call, Flag, Verb } from '../verb.ts'

type Source = AnswerOf<Routes['GET /admin/v1/sources/:id']>
const ID: Arg = { name: 'ID', of: 'source' }
const CHANGES: Readonly<Record<string, Flag>> = {
  name: { value: 'NAME', help: 'What people call it' },
  privacy: { value: 'HOW', help: "What is noted of visitors' addresses and browsers", choices: PRIVACY },
}

export const sourceVerbs: readonly Verb[] = [
  {
    name: 'sources list',
    summary: 'All sources, with what they sent',
    async run({ client, print }) {
      print.list((await client.ask('GET /admin/v1/sources')).sources, {
        columns: [
          ['id', ({ id }) => id, 'fixed'],
          ['name', ({ name }) => name],
          ['kind', ({ kind }) => kind],
          ['accepted', (one) => String(countOf(one, 'accepted')), 'number'],
          ['refused', (one) => refusedCell(countOf(one, 'refused')), 'number'],
        ],
        id: ({ id }) => id,
        none: 'There are none: "millrace sources add" makes one.',
      })
      return 0
    },
  },
  {
    name: 'sources show',
    summary: 'A source, with its write keys',
    args: [ID],
    async run({ client, print, args: [id = ''] }) {
      const source = await client.ask('GET /admin/v1/sources/:id', { params: { id } })
      print.one(source, linesOf(source), id)
      return 0
    },
  },
  {
    name: 'sources add',
    summary: 'Add a source; its write key is made',
    flags: {
      name: { value: 'NAME', help: 'What people call it' },
      kind: { value: 'KIND', help: 'What sends', choices: SOURCE_KINDS },
      id: { value: 'ID', help: 'Made from the name when left out; never changes' },
      privacy: CHANGES['privacy'] as Flag,
      ...BODY_FLAGS,
    },
    async run(call) {
      const { client, flag, print } = call
      const body = {
        ...(await bodyOf(call)),
        ...given({ name: flag('name'), kind: flag('kind'), id: flag('id'), privacy: flag('privacy') }),
      }
      const { saved, change } = await client.ask('POST /admin/v1/sources', { body: body as never })
      print.one({ ...saved, change }, ['Added.', ...linesOf(saved)], saved.id)
      return 0
    },
  },
  {
    name: 'sources update',
    summary: 'Change a source',
    args: [ID],
    flags: { ...CHANGES, ...BODY_FLAGS },
    async run(call) {
      const { client, flag, print, args } = call
      const params = { id: args[0] ?? '' }
      const current = await client.ask('GET /admin/v1/sources/:id', { params })
      const changes = {
        ...(await bodyOf(call, current)),
        ...given({ name: flag('name'), privacy: flag('privacy') as Source['privacy'] }),
      }
      const body = { revision: current.revision, ...changes }
      const { saved, change } = await client.ask('PATCH /admin/v1/sources/:id', { params, body })
      print.one({ ...saved, change }, [changeText(change), ...linesOf(saved)], saved.id)
      return 0
    },
  },
  {
    name: 'sources remove',
    summary: 'Remove a source: its clients are answered 401 from now on. "changes undo" brings it back',
    args: [ID],
    async run({ client, print, args: [id = ''] }) {
      const { change } = await client.ask('DELETE /admin/v1/sources/:id', { params: { id } })
      print.one({ id, change }, [`${id} is removed. ${changeText(change)}`], id)
      return 0
    },
  },
  {
    name: 'sources rotate-key',
    summary: 'Make a new write key; older ones are taken until they are removed',
    args: [ID],
    flags: {
      remove: { value: 'KEY', help: 'Take this older key out of use instead' },
      disable: { value: 'KEY', help: 'Refuse what is sent with this key, for now, instead' },
      enable: { value: 'KEY', help: 'Take what is sent with this key again, instead' },
    },
    async run(call) {
      const { saved, change } = await keysChanged(call)
      call.print.one({ ...saved, change }, linesOf(saved), saved.writeKey)
      return 0
    },
  },
  {
    name: 'sources snippet',
    summary: 'What a JavaScript source wants in a page',
    args: [ID],
    flags: {
      library: {
        value: 'NAME',
        help: 'Whose library; Segment’s when left out',
        choices: ['segment', 'customerio', 'npmSegment', 'npmCustomerio'],
      },
    },
    async run({ client, print, flag, args: [source = ''] }) {
      const answer = await client.ask('GET /admin/v1/snippets', { query: { source } })
      const name = (flag('library') ?? 'segment') as keyof typeof answer.usual
      print.one(answer, [answer.usual[name]])
      return 0
    },
  },
  {
    name: 'sources schema',
    summary: 'The events that a source sent; with --event, its properties',
    args: [ID],
    flags: { event: { value: 'NAME', help: 'Only this one, with its properties' } },
    run: schema,
  },
]

function keysChanged({ client, flag, args: [id = ''] }: Call) {
  const change = (key: string, disabled: boolean) =>
    client.ask('PATCH /admin/v1/sources/:id/write-keys/:key', { params: { id, key }, body: { disabled } })
  const [removed, disabled, enabled] = [flag('remove'), flag('disable'), flag('enable')]
  if (removed !== undefined)
    return client.ask('DELETE /admin/v1/sources/:id/write-keys/:key', { params: { id, key: removed } })
  if (disabled !== undefined) return change(disabled, true)
  if (enabled !== undefined) return change(enabled, false)
  return client.ask('POST /admin/v1/sources/:id/write-keys', { params: { id } })
}

async function schema({ client, print, flag, args: [id = ''] }: Call): Promise<number> {
  const event = flag('event')
  const query = given({ event })
  const { events } = await client.ask('GET /admin/v1/sources/:id/schema', { params: { id }, query })
  if (event === undefined)
    print.list(events, {
      columns: [
        ['type', ({ type }) => type],
        ['name', ({ name }) => name],
        ['seen', ({ count }) => String(count), 'number'],
        ['last', ({ last }) => print.time(last)],
      ],
      id: ({ name, type }) => name || type,
      none: 'It has sent nothing yet.',
    })
  else
    print.list(
      events.flatMap(({ properties = [] }) => properties),
      {
        columns: [
          ['property', ({ path }) => path, 'fixed'],
          ['types', ({ types }) => Object.keys(types).join(', ')],
          ['seen', ({ count }) => String(count), 'number'],
          ['examples', ({ examples }) => examples.map((one) => JSON.stringify(one)).join(', ')],
        ],
        id: ({ path }) => path,
        none: 'It has sent no such event.',
      },
    )
  return 0
}

function linesOf({ id, name, kind, writeKey, olderWriteKeys, disabledWriteKeys, origins, ...more }: Source) {
  const keys = (title: string, list: readonly string[] = []) => list.map((key) => `  ${title}: ${key}`)
  const lines: Cell[] = [
    [`${id}  ${name} (${kind})`, 'strong'],
    `  write key: ${writeKey}`,
    ...keys('older key, still taken', olderWriteKeys),
    ...keys('disabled key', disabledWriteKeys),
    ...(origins === undefined ? [] : [`  pages of: ${origins.join(', ')}`]),
    ...(more.privacy === undefined ? [] : [`  privacy: ${more.privacy}`]),
    ...(more.plan === undefined ? [] : [planLine(more.plan)]),
    `  revision ${more.revision}`,
  ]
  return lines
}

function planLine({
  id,
  unplannedEvents,
  violations,
  unplannedProperties,
}: NonNullable<Source['plan']>): string {
  const does = [
    ...(unplannedEvents === 'block' ? ['unplanned events are refused'] : []),
    ...(violations === 'block' ? ['violations are refused'] : []),
    ...(unplannedProperties === 'omit' ? ['unplanned properties are left out'] : []),
  ]
  return `  tracking plan: ${id}${does.length === 0 ? '' : ` (${does.join(', ')})`}`
}

type Counted = {
  readonly counts: Readonly<Record<string, { readonly total: number } | undefined>>
}
export function countOf({ counts }: Counted, name: string): number {
  return counts[name]?.total ?? 0
}

/** What should be 0 is seen when it is not. */
export function refusedCell(count: number): Cell {
  return count === 0 ? '0' : [String(count), 'bad']
}

export function changeText(change: number): string {
  return change === 0
    ? 'Nothing changed.'
    : `Change ${change}: "millrace changes undo ${change}" takes it back.`
}
