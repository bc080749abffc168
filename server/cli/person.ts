import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { AppError } from '../../core/errors.ts'
import type { Command, Io } from './command.ts'
import { readFlags } from './options.ts'

type Found = AnswerOf<Routes['POST /admin/v1/persons/find']>
type Deletion = AnswerOf<Routes['GET /admin/v1/persons/deletions/:id']>

export type PersonDeps = {
  /** Sends a request to the admin API. @throws {Error} when nobody answers. */
  readonly ask: (
    method: 'GET' | 'POST',
    url: string,
    body?: unknown,
  ) => Promise<{ readonly ok: boolean; readonly json: unknown }>
  /** False when the person asked to stop meanwhile. */
  readonly wait: (ms: number) => Promise<boolean>
}

const text = { env: '', fallback: '', help: '' } as const
const isSwitch = { ...text, isSwitch: true } as const
const FLAGS = {
  ...{ 'user-id': text, 'anonymous-id': text, email: text, destination: text },
  ...{ suppress: isSwitch, yes: isSwitch, json: isSwitch },
  admin: { ...text, fallback: 'http://127.0.0.1:4001' },
}
type Flags = Partial<Record<keyof typeof FLAGS, string>>
const LOOK_EVERY_MS = 500

/** Asks a running server what there is of a person, or to delete them. The server goes on without this command. */
export const person: Command<PersonDeps> = {
  name: 'person',
  summary: 'Find what there is of a person, or delete it everywhere. A deletion cannot be undone',
  usage:
    'millrace person find --user-id ID | --anonymous-id ID | --email ADDRESS [--json] [--admin URL]\n' +
    '  millrace person delete --user-id ID | --anonymous-id ID | --email ADDRESS --yes [--suppress]\n' +
    '      [--destination ID,ID] [--json] [--admin URL]',

  async run({ ask, wait }, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    const [what, more] = rest
    if (more !== undefined || (what !== 'find' && what !== 'delete'))
      throw invalid('say `person find` or `person delete`')
    const api = apiOf(ask, flags, io)
    const who = personOf(flags)
    if (what === 'find') {
      const found = await api<Found>('POST', 'persons/find', { person: who })
      if (found !== undefined) show(io, flags, found, foundLines)
      return found === undefined ? 1 : 0
    }
    if (flags.yes === undefined) throw invalid('a deletion cannot be undone: say --yes if you mean it')
    const destinations = flags.destination?.split(',')
    const body = {
      person: who,
      suppress: flags.suppress !== undefined,
      ...(destinations && { destinations }),
    }
    let deletion = await api<Deletion>('POST', 'persons/deletions', body)
    while (deletion?.state === 'running' && deletion.stage !== 'telling' && (await wait(LOOK_EVERY_MS)))
      deletion = await api<Deletion>('GET', `persons/deletions/${deletion.id}`)
    if (deletion === undefined) return 1
    show(io, flags, deletion, deletionLines)
    return deletion.state === 'failed' ? 1 : 0
  },
}

/** Undefined when the server says no, which is told. */
function apiOf(ask: PersonDeps['ask'], { admin = FLAGS.admin.fallback }: Flags, io: Io) {
  if (!URL.canParse(admin) || !/^https?:/.test(admin)) throw invalid('--admin must be an http address')
  return async <Answer>(method: 'GET' | 'POST', path: string, body?: unknown) => {
    const url = `${admin.replace(/\/+$/, '')}/admin/v1/${path}`
    const answer = await ask(method, url, body).catch((cause: Error) => {
      io.err(`No server answers at ${admin}: ${cause.message}`)
      return undefined
    })
    if (answer?.ok === true) return answer.json as Answer
    const { error } = (answer?.json ?? {}) as { error?: { code?: string; message?: string } }
    if (error !== undefined) io.err(`${error.code ?? ''}: ${error.message ?? ''}`)
    return undefined
  }
}

function personOf(flags: Flags): object {
  const given = [
    ['userId', flags['user-id']],
    ['anonymousId', flags['anonymous-id']],
    ['email', flags.email],
  ].filter(([, id]) => id !== undefined && id !== '')
  if (given.length !== 1) throw invalid('give one of --user-id, --anonymous-id and --email')
  return Object.fromEntries(given)
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
