import type { AnswerOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { BODY_FLAGS, bodyOf, given } from '../body.ts'
import type { Tone } from '../print.ts'
import type { Cell } from '../table.ts'
import type { Arg, Call, Flag, Verb } from '../verb.ts'
import { changeText, countOf, refusedCell } from './sources.ts'

type Destination = AnswerOf<Routes['GET /admin/v1/destinations/:id']>
const ID: Arg = { name: 'ID', of: 'destination' }
const CHANGES: Readonly<Record<string, Flag>> = {
  name: { value: 'NAME', help: 'What people call it' },
  source: { value: 'ID', help: 'A source that it is connected to; all of them together', many: true },
  consent: { value: 'CATEGORY', help: 'What a person must have allowed; all of them together', many: true },
  ...BODY_FLAGS,
}

/** One that changes one thing of a destination. */
const turn = (word: string, summary: string, body: object): Verb => ({
  name: `destinations ${word}`,
  summary,
  args: [ID],
  async run({ client, print, args: [id = ''] }) {
    const { saved, change } = await client.ask('PATCH /admin/v1/destinations/:id', { params: { id }, body })
    print.one({ ...saved, change }, [`${id}: ${saved.state}. ${changeText(change)}`], id)
    return 0
  },
})

export const destinationVerbs: readonly Verb[] = [
  { name: 'destinations list', summary: 'All destinations, with what they do now', run: list },
  {
    name: 'destinations show',
    summary: 'A destination, with its settings and actions',
    args: [ID],
    async run({ client, print, args: [id = ''] }) {
      const found = await client.ask('GET /admin/v1/destinations/:id', { params: { id } })
      print.one(found, linesOf(found), id)
      return 0
    },
  },
  {
    name: 'destinations kinds',
    summary: 'The kinds of destination; with one, its settings and actions',
    args: [{ name: 'KIND', isOptional: true }],
    run: kinds,
  },
  {
    name: 'destinations add',
    summary: 'Add a destination; without actions in --file, with the presets of its kind',
    flags: {
      kind: { value: 'KIND', help: 'See "destinations kinds"' },
      id: { value: 'ID', help: 'Made from the name when left out; never changes' },
      ...CHANGES,
    },
    async run(call) {
      const { client, flag, print } = call
      const body = {
        ...(await bodyOf(call)),
        ...given({ kind: flag('kind'), id: flag('id') }),
        ...changesOf(call),
      }
      const { saved, change } = await client.ask('POST /admin/v1/destinations', { body: body as never })
      print.one({ ...saved, change }, ['Added.', ...linesOf(saved)], saved.id)
      return 0
    },
  },
  {
    name: 'destinations update',
    summary: 'Change a destination',
    args: [ID],
    flags: CHANGES,
    async run(call) {
      const { client, print, args } = call
      const params = { id: args[0] ?? '' }
      const current = await client.ask('GET /admin/v1/destinations/:id', { params })
      const body = { revision: current.revision, ...(await bodyOf(call, current)), ...changesOf(call) }
      const { saved, change } = await client.ask('PATCH /admin/v1/destinations/:id', { params, body })
      print.one({ ...saved, change }, [changeText(change), ...linesOf(saved)], saved.id)
      return 0
    },
  },
  {
    name: 'destinations remove',
    summary: 'Remove a destination: what waits for it is forgotten, unless it is undone within ten minutes',
    args: [ID],
    async run({ client, print, args: [id = ''] }) {
      const { change } = await client.ask('DELETE /admin/v1/destinations/:id', { params: { id } })
      print.one({ id, change }, [`${id} is removed. ${changeText(change)}`], id)
      return 0
    },
  },
  turn('pause', 'Let events wait for it, in order', { paused: true }),
  turn('resume', 'Go on with what waited', { paused: false }),
  turn('enable', 'Turn it on', { enabled: true }),
  turn('disable', 'Turn it off: events pass it by', { enabled: false }),
  {
    name: 'destinations overview',
    summary: 'What it does now: delivered, waiting, dead, the last problem and what to do',
    args: [ID],
    run: overview,
  },
]

function changesOf({ flag, all, has }: Call) {
  return given({
    name: flag('name'),
    sources: has('source') ? [...all('source')] : undefined,
    consent: has('consent') ? [...all('consent')] : undefined,
  })
}

async function list({ client, print }: Call): Promise<number> {
  print.list((await client.ask('GET /admin/v1/destinations')).destinations, {
    columns: [
      ['id', ({ id }) => id, 'fixed'],
      ['name', ({ name }) => name],
      ['kind', ({ kind }) => kind],
      ['state', ({ state }) => [state, toneOf(state)]],
      ['delivered', (one) => String(countOf(one, 'delivered')), 'number'],
      ['dead', (one) => refusedCell(countOf(one, 'dead')), 'number'],
      ['sources', ({ sources }) => sources.join(', ')],
    ],
    id: ({ id }) => id,
    none: 'There are none: "millrace destinations add" makes one.',
  })
  return 0
}

async function kinds({ client, print, args: [wanted] }: Call): Promise<number> {
  const { destinations } = await client.ask('GET /admin/v1/catalogue')
  const kind = destinations.find((one) => one.kind === wanted)
  if (kind === undefined)
    print.list(destinations, {
      columns: [
        ['kind', ({ kind }) => kind, 'fixed'],
        ['name', ({ name, label }) => (label === undefined ? name : `${name} (${label})`)],
        ['mode', ({ mode }) => mode],
        ['what it is', ({ help }) => help],
      ],
      id: ({ kind }) => kind,
      none: 'There are none.',
    })
  else
    print.one(
      kind,
      [
        [`${kind.kind}  ${kind.name}`, 'strong'],
        `  ${kind.help}`,
        'Settings:',
        ...Object.entries(kind.settings).map(
          ([name, { type, required, help }]) => `  ${name} (${type}${required ? ', required' : ''}): ${help}`,
        ),
        'Actions:',
        ...Object.entries(kind.actions).map(([name, { help }]) => `  ${name}: ${help}`),
      ],
      kind.kind,
    )
  return 0
}

async function overview({ client, print, args: [id = ''] }: Call): Promise<number> {
  const told = await client.ask('GET /admin/v1/destinations/:id/overview', { params: { id } })
  const { state, since, reason, delivered, dead, discarded, filtered, parked, pending, lastProblem } = told
  const lines: Cell[] = [
    [`${id}: ${state}${since === undefined ? '' : `, since ${print.time(since)}`}`, toneOf(state)],
    ...(reason === undefined ? [] : [`  ${reason.code}: ${reason.text}`]),
    `  delivered ${delivered}, dead letters ${dead}, discarded ${discarded}, filtered ${filtered}`,
    `  parked ${parked}, not read yet ${told.pending_exact ? '' : 'about '}${pending}`,
    ...(told.oldest === undefined ? [] : [`  the oldest that waits is of ${print.time(told.oldest)}`]),
    ...told.budgets.map(({ label, used, max }) => `  ${label}: ${used} of ${max}`),
    ...(lastProblem === undefined
      ? []
      : [
          [`  ${print.time(lastProblem.at)}: ${lastProblem.code}: ${lastProblem.text}`, 'bad'] as const,
          `  ${lastProblem.advice}`,
        ]),
  ]
  print.one(told, lines, id)
  return 0
}

export function toneOf(state: Destination['state']): Tone | undefined {
  switch (state) {
    case 'flowing':
    case 'in pages':
      return 'good'
    case 'waiting for budget':
    case 'backing off':
    case 'paused':
      return 'warn'
    case 'held':
      return 'bad'
    case 'off':
      return 'dim'
  }
}

function linesOf({ id, name, kind, state, sources, consent, settings, actions, revision }: Destination) {
  const lines: Cell[] = [
    [`${id}  ${name} (${kind})`, 'strong'],
    [`  ${state}`, toneOf(state)],
    `  sources: ${sources.join(', ') || 'none'}`,
    ...(consent.length === 0 ? [] : [`  consent: ${consent.join(', ')}`]),
    ...Object.entries(settings).map(([field, value]) => `  settings.${field}: ${valueText(value)}`),
    ...actions.map(
      (one) => `  action ${one.id}: ${one.name}${one.enabled ? '' : ' (off)'}, when ${one.trigger}`,
    ),
    `  revision ${revision}`,
  ]
  return lines
}

const valueText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
