import type { QueryOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { given, numberOf } from '../body.ts'
import type { Cell } from '../table.ts'
import type { Call, Verb } from '../verb.ts'
import { PAGE_FLAGS, RANGE_FLAGS } from './events.ts'

const GB_BYTES = 1_000_000_000

export const serverVerbs: readonly Verb[] = [
  {
    name: 'status',
    summary: 'The server: version, health, disk. Exit code 1 when something is not well',
    run: status,
  },
  {
    name: 'alerts',
    summary: 'What is not as it should be; with --recent, what people were told of',
    flags: { recent: { help: 'What people were told of' } },
    run: alerts,
  },
  {
    name: 'audit list',
    summary: 'Who did what, newest first',
    flags: {
      who: { value: 'WHO', help: 'A name or an id' },
      what: { value: 'WHAT', help: 'Begins so: login, or PATCH /admin/v1/sources' },
      type: { value: 'TYPE', help: 'Of what it was done to, such as source' },
      of: { value: 'ID', help: 'The id of what it was done to' },
      outcome: { value: 'OUTCOME', help: 'ok, refused for all that are not, or a code' },
      ...RANGE_FLAGS,
      ...PAGE_FLAGS,
    },
    run: auditList,
  },
]

async function status({ client, print }: Call): Promise<number> {
  const told = await client.ask('GET /admin/v1/status')
  const { version, startedAt, host, health, disk, log, turnedAway } = told
  const lines: Cell[] = [
    `Millrace ${version} at ${client.url}, started ${print.time(startedAt)}`,
    `  takes events at ${host}; login is ${told.login ? 'on' : 'off'}`,
    `  log ${gb(log.bytes)} GB, free on the disk ${gb(disk.free_bytes)} GB`,
    ...turnedAway.map(({ code, source, count }) => {
      return `  turned away: ${count} × ${code}${source === undefined ? '' : ` of ${source}`}`
    }),
    ...(health.ok ? [['  it is well', 'good'] as const] : []),
    ...health.problems.map(({ text }) => [`  ${text}`, 'bad'] as const),
  ]
  print.one(told, lines, health.ok ? 'ok' : 'problems')
  return health.ok ? 0 : 1
}

const gb = (bytes: number) => (bytes / GB_BYTES).toFixed(1)

async function alerts({ client, print, has }: Call): Promise<number> {
  const { active, recent } = await client.ask('GET /admin/v1/alerts')
  if (has('recent'))
    print.list(recent, {
      columns: [
        ['when', ({ at }) => print.time(at)],
        ['what', ({ kind }) => [kind, kind === 'alert' ? 'bad' : 'good']],
        ['of', ({ of = '' }) => of],
        ['text', ({ text }) => text],
        [
          'told',
          ({ sent }) =>
            Object.entries(sent)
              .map(([to, how]) => `${to}: ${how}`)
              .join(', '),
        ],
      ],
      id: ({ key }) => key,
      none: 'Nobody was told of anything.',
    })
  else
    print.list(active, {
      columns: [
        ['since', ({ since }) => print.time(since)],
        ['rule', ({ rule }) => rule],
        ['of', ({ of = '' }) => of],
        ['text', ({ text }) => [text, 'bad']],
        ['told', ({ told }) => print.time(told)],
      ],
      id: ({ key }) => key,
      none: 'All is as it should be.',
    })
  return 0
}

async function auditList(call: Call): Promise<number> {
  const { client, flag, print } = call
  const names = ['who', 'what', 'type', 'of', 'outcome', 'from', 'to', 'before']
  const query = given({
    ...Object.fromEntries(names.map((name) => [name, flag(name)])),
    limit: numberOf(call, 'limit'),
  }) as QueryOf<Routes['GET /admin/v1/audit']>
  const { entries, next } = await client.ask('GET /admin/v1/audit', { query })
  print.list(entries, {
    columns: [
      ['when', ({ at }) => print.time(at)],
      ['who', ({ who }) => who.name],
      ['what', ({ what }) => what],
      ['of', ({ of }) => (of === undefined ? '' : `${of.type} ${of.id}`)],
      ['outcome', ({ outcome }) => (outcome === 'ok' ? outcome : [outcome, 'bad'])],
    ],
    id: ({ id }) => id,
    none: 'There is none that fits.',
    next,
  })
  return 0
}
