import type { AnswerOf, BodyOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { AppError } from '../../core/errors.ts'
import { adminClient, CLIENT_FLAGS, type Client, type ClientDeps } from './client.ts'
import type { Command, Io } from './command.ts'
import { readFlags } from './options.ts'
import { bar, dryRunLines, line, summary } from './replay-lines.ts'

export type Replay = AnswerOf<Routes['GET /admin/v1/replays/:id']>
export type DryRun = AnswerOf<Routes['POST /admin/v1/replays/dry-run']>

export type ReplayDeps = ClientDeps & {
  /** False when the person asked to stop meanwhile. */
  readonly wait: (ms: number) => Promise<boolean>
  /** Writes over the line before, on a terminal. */
  readonly draw: ((text: string) => void) | undefined
}

const text = { env: '', fallback: '', help: '' } as const
const isSwitch = { ...text, isSwitch: true } as const
const FLAGS = {
  ...{ destination: text, action: text, from: text, to: text, source: text, trigger: text },
  ...{ code: text, text, event: text, 'per-second': text, resume: text },
  ...{ 'dead-letters': isSwitch, 'dry-run': isSwitch, json: isSwitch },
  ...CLIENT_FLAGS,
  /** What --url was called first. */
  admin: CLIENT_FLAGS.url,
}
type Flags = Partial<Record<keyof typeof FLAGS, string>>

const LOOK_EVERY_MS = 500
/** Where nothing is drawn over, a line comes this often. */
const LINE_EVERY_MS = 10_000
const STOPPED_CODE = 130

/** Asks a running server to replay, and shows how it gets on. The server does the work, and goes on without this command. */
export const replay: Command<ReplayDeps> = {
  name: 'replay',
  summary: 'Send dead letters, or a range of the log, again, as the destination is configured now',
  usage:
    'millrace replay --destination ID --dead-letters [--action ID] [--code CODE] [--text TEXT] [--event NAME] [--from TIME] [--to TIME]\n' +
    '  millrace replay --destination ID --from TIME --to TIME [--source ID] [--trigger TEXT] [--action ID]\n' +
    '      either with [--dry-run] [--per-second N] [--json] [--url URL] [--token TOKEN]\n' +
    '  millrace replay --resume NUMBER [--per-second N] [--json] [--url URL] [--token TOKEN]',

  async run(deps, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    if (rest[0] !== undefined) throw invalid(`"${rest[0]}" is no option`)
    const client = adminClient(deps, { url: flags.url ?? flags.admin, token: flags.token })
    const pace = paceOf(flags)
    if (flags.resume !== undefined) {
      if (!/^\d{1,15}$/.test(flags.resume)) throw invalid('--resume must be the number of a replay')
      const resumed = await client.ask('POST /admin/v1/replays/:id/resume', {
        params: { id: flags.resume },
        body: pace,
      })
      return follow(deps, client, resumed, flags, io)
    }
    const of = wantedOf(flags)
    if (flags['dry-run'] !== undefined) {
      const told = await client.ask('POST /admin/v1/replays/dry-run', { body: { of } })
      for (const one of flags.json ? [JSON.stringify(told)] : dryRunLines(told)) io.out(one)
      return 0
    }
    return follow(
      deps,
      client,
      await client.ask('POST /admin/v1/replays', { body: { of, ...pace } }),
      flags,
      io,
    )
  },
}

function paceOf({ 'per-second': given }: Flags): { readonly perSecond_max?: number } {
  if (given === undefined) return {}
  const perSecond_max = Number(given)
  if (Number.isInteger(perSecond_max) && perSecond_max >= 1) return { perSecond_max }
  throw invalid('--per-second must be a whole number of at least 1')
}

type Wanted = BodyOf<Routes['POST /admin/v1/replays']>['of']
/** What is not given is left out. */
type Given<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> }

function wantedOf(flags: Flags): Wanted {
  const { destination, action, from, to, source, trigger, code, text, event } = flags
  if (destination === undefined) throw invalid('--destination says which')
  const given = <T extends object>(values: T) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>
  if (flags['dead-letters'] !== undefined) {
    if (source !== undefined || trigger !== undefined)
      throw invalid('--source and --trigger are for a range of the log, without --dead-letters')
    return { deadLetters: given({ destination, action, code, text, event, from, to }) }
  }
  if (code !== undefined || text !== undefined || event !== undefined)
    throw invalid('--code, --text and --event are for --dead-letters')
  if (from === undefined || to === undefined) throw invalid('give --dead-letters, or --from and --to')
  return { events: given({ destination, action, from, to, source, trigger }) }
}

export async function follow(
  { wait, draw }: Pick<ReplayDeps, 'wait' | 'draw'>,
  client: Client,
  begun: Replay,
  { json, url, admin = url }: Flags,
  io: Io,
): Promise<number> {
  const again = `millrace replay --resume ${begun.id}${admin === undefined ? '' : ` --url ${admin}`}`
  const asked = { params: { id: String(begun.id) } }
  let now = begun
  let quiet_ms = LINE_EVERY_MS
  for (;;) {
    if (json !== undefined) io.out(JSON.stringify(now))
    else if (draw !== undefined) draw(bar(now))
    else if (quiet_ms >= LINE_EVERY_MS) io.out(line(now))
    quiet_ms = quiet_ms >= LINE_EVERY_MS ? 0 : quiet_ms + LOOK_EVERY_MS
    if (now.state !== 'running') break
    if (await wait(LOOK_EVERY_MS)) now = await client.ask('GET /admin/v1/replays/:id', asked)
    else {
      // It may have been done in this very moment.
      await client.ask('POST /admin/v1/replays/:id/stop', asked).catch(() => undefined)
      now = await client.ask('GET /admin/v1/replays/:id', asked)
    }
  }
  draw?.('')
  if (json === undefined) for (const one of summary(now, again)) io.out(one)
  if (now.state === 'stopped') return STOPPED_CODE
  return now.state === 'done' ? 0 : 1
}

function invalid(problem: string): AppError {
  return new AppError('OPTION_INVALID', { problem })
}
