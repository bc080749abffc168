import { AppError } from '../../core/errors.ts'
import { CLIENT_FLAGS, type ClientDeps, clientPlace } from './client.ts'
import type { Command, Io } from './command.ts'
import { readFlags } from './options.ts'

/** What the command needs, without knowing how servers are killed. Each returns what is wrong. */
export type VerifyDeps = {
  readonly verify: (options: {
    readonly kills: number
    readonly events: number
    readonly minutes: number
    readonly seed: number
    readonly disk: DiskKind
    readonly say: (line: string) => void
  }) => Promise<readonly string[]>
  readonly verifyAgainst: (options: {
    readonly url: string
    readonly adminUrl: string
    readonly token: string | undefined
    readonly writeKey: string
    readonly events: number
    readonly minutes: number
    readonly say: (line: string) => void
  }) => Promise<readonly string[]>
  readonly random: () => number
  readonly environment?: ClientDeps['environment']
}

const DISKS = ['auto', 'files', 'off'] as const
type DiskKind = (typeof DISKS)[number]

const FLAGS = {
  kills: { env: '', fallback: '20', help: '' },
  events: { env: '', fallback: '20000', help: '' },
  minutes: { env: '', fallback: '30', help: '' },
  seed: { env: '', fallback: '', help: '' },
  disk: { env: '', fallback: 'auto', help: '' },
  against: { env: '', fallback: '', help: '' },
  admin: CLIENT_FLAGS.url,
  token: CLIENT_FLAGS.token,
  'write-key': { env: '', fallback: '', help: '' },
} as const
const EVENTS_AGAINST = '100'
const SEEDS = 2 ** 31

export const verify: Command<VerifyDeps> = {
  name: 'verify',
  summary: 'Prove on this machine that nothing is lost: kill -9, failing receivers, a full disk',
  usage:
    'millrace verify [--kills N] [--events N] [--minutes N] [--seed N] [--disk auto|files|off]\n' +
    '  millrace verify --against URL --write-key KEY [--admin URL] [--token TOKEN] [--events N]',

  async run(deps, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    if (rest[0] !== undefined) throw invalid(`"${rest[0]}" is no option`)
    const whole = (
      name: keyof typeof FLAGS,
      from: number,
      to: number,
      usual: string = FLAGS[name].fallback,
    ) => {
      const value = Number(flags[name] ?? usual)
      if (Number.isInteger(value) && value >= from && value <= to) return value
      throw invalid(`--${name} must be a whole number from ${from} to ${to}`)
    }
    const { against, 'write-key': writeKey } = flags
    const minutes = whole('minutes', 1, 10_000)
    if (against === undefined) {
      const disk = DISKS.find((one) => one === (flags.disk ?? FLAGS.disk.fallback))
      if (disk === undefined) throw invalid(`--disk must be one of ${DISKS.join(', ')}`)
      const seed = whole('seed', 0, SEEDS, String(Math.floor(deps.random() * SEEDS)))
      const [kills, events] = [whole('kills', 0, 100_000), whole('events', 100, 1_000_000)]
      return told(io, await deps.verify({ kills, events, minutes, seed, disk, say: io.out }))
    }
    if (writeKey === undefined) throw invalid('--against needs the --write-key of a source')
    const events = whole('events', 1, 10_000, EVENTS_AGAINST)
    if (flags.admin !== undefined) address('admin', flags.admin)
    const { url: adminUrl, token } = clientPlace({ url: flags.admin, token: flags.token }, deps.environment)
    const given = { url: address('against', against), adminUrl, token }
    return told(io, await deps.verifyAgainst({ ...given, writeKey, events, minutes, say: io.out }))
  },
}

function told(io: Io, problems: readonly string[]): number {
  for (const problem of problems) io.err(problem)
  if (problems.length > 0) io.err(problems.length === 1 ? '1 problem' : `${problems.length} problems`)
  else io.out('Every event that was answered 200 is accounted for.')
  return problems.length === 0 ? 0 : 1
}

function address(name: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw invalid(`--${name} must be an http address`)
  return text.replace(/\/+$/, '')
}

function invalid(problem: string): AppError {
  return new AppError('OPTION_INVALID', { problem })
}
