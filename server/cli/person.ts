import type { AnswerOf, BodyOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { AppError } from '../../core/errors.ts'
import { adminClient, CLIENT_FLAGS, type ClientDeps } from './client.ts'
import type { Command, Io } from './command.ts'
import { readFlags } from './options.ts'

type Found = AnswerOf<Routes['POST /admin/v1/persons/find']>
type Deletion = AnswerOf<Routes['GET /admin/v1/persons/deletions/:id']>

export type PersonDeps = ClientDeps & {
  /** False when the person asked to stop meanwhile. */
  readonly wait: (ms: number) => Promise<boolean>
}

const text = { env: '', fallback: '', help: '' } as const
const isSwitch = { ...text, isSwitch: true } as const
const FLAGS = {
  ...{ 'user-id': text, 'anonymous-id': text, email: text, destination: text },
  ...{ suppress: isSwitch, yes: isSwitch, json: isSwitch },
  ...CLIENT_FLAGS,
  /** What --url was called first. */
  admin: CLIENT_FLAGS.url,
}
type Flags = Partial<Record<keyof typeof FLAGS, string>>
const LOOK_EVERY_MS = 500

/** Asks a running server what there is of a person, or to delete them. The server goes on without this command. */
export const person: Command<PersonDeps> = {
  name: 'person',
  summary: 'Find what there is of a person, or delete it everywhere. A deletion cannot be undone',
  usage:
    'millrace person find --user-id ID | --anonymous-id ID | --email ADDRESS [--json] [--url URL] [--token TOKEN]\n' +
    '  millrace person delete --user-id ID | --anonymous-id ID | --email ADDRESS --yes [--suppress]\n' +
    '      [--destination ID,ID] [--json] [--url URL] [--token TOKEN]',

  async run(deps, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    const [what, more] = rest
    if (more !== undefined || (what !== 'find' && what !== 'delete'))
      throw invalid('say `person find` or `person delete`')
    const client = adminClient(deps, { url: flags.url ?? flags.admin, token: flags.token })
    const who = personOf(flags)
    if (what === 'find') {
      show(io, flags, await client.ask('POST /admin/v1/persons/find', { body: { person: who } }), foundLines)
      return 0
    }
    if (flags.yes === undefined) throw invalid('a deletion cannot be undone: say --yes if you mean it')
    const destinations = flags.destination?.split(',')
    const body = {
      person: who,
      suppress: flags.suppress !== undefined,
      ...(destinations && { destinations }),
    }
    let deletion = await client.ask('POST /admin/v1/persons/deletions', { body })
    while (deletion.state === 'running' && deletion.stage !== 'telling' && (await deps.wait(LOOK_EVERY_MS))) {
      const params = { id: String(deletion.id) }
      deletion = await client.ask('GET /admin/v1/persons/deletions/:id', { params })
    }
    show(io, flags, deletion, deletionLines)
    return deletion.state === 'failed' ? 1 : 0
  },
}

type Who = BodyOf<Routes['POST /admin/v1/persons/find']>['person']

function personOf(flags: Flags): Who {
  const given = [
    ['userId', flags['user-id']],
    ['anonymousId', flags['anonymous-id']],
    ['email', flags.email],
  ].filter(([, id]) => id !== undefined && id !== '')
  if (given.length !== 1) throw invalid('give one of --user-id, --anonymous-id and --email')
  return Object.fromEntries(given) as Who
}

function show<Told>(io: Io, { json }: Flags, told: Told, lines: (told: Told) => readonly string[]): void {
  for (const line of json === undefined ? lines(told) : [JSON.stringify(told)]) io.out(line)
}

function foundLines({ events, first, last, sources, destinations, ids, shared, whole, suppressed }: Found) {
  const span = first === undefined ? '' : `, from ${first} to ${last}`
  return [
    `${events} events${span}${whole ? '' : ' (the log is large: there may be more)'}`,
    ...sources.map(({ source, events }) => `  of ${source}: ${events}`),
    ...destinations.map(({ destination, attempts, deadLetters, parked }) => {
      return `  ${destination}: ${attempts} requests, ${deadLetters} dead letters, ${parked} waiting`
    }),
    `Known as: ${[...ids.userIds, ...ids.anonymousIds, ...ids.emails].join(', ')}`,
    ...(shared.length === 0 ? [] : [`Used by several people: ${shared.join(', ')}`]),
    ...(suppressed ? ['Their events are refused: they are on the suppression list.'] : []),
  ]
}

function deletionLines({ id, state, stage, erased, told, problem, remarks }: Deletion) {
  const gone = Object.entries(erased).filter(([, count]) => count > 0)
  return [
    `Deletion ${id} is ${state === 'running' && stage === 'telling' ? 'done here, and destinations work on it' : state}.`,
    ...(problem === undefined ? [] : [`  ${problem}`]),
    ...gone.map(([what, count]) => `  ${what}: ${count}`),
    ...told.map(({ destination, state, text }) => `  ${destination}: ${state}. ${text}`),
    ...remarks,
  ]
}

function invalid(problem: string): AppError {
  return new AppError('OPTION_INVALID', { problem })
}
