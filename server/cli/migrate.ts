import { AppError } from '../../core/errors.ts'
import type { Command, Io } from './command.ts'
import { readFlags } from './options.ts'

/** As people give it; the server's own options are read as `start` reads them. */
export type MoveAsked = {
  readonly options: Readonly<Record<string, string>>
  readonly newKeyFile: string | undefined
  readonly from: 'all' | 'needed'
  readonly begin: 'new' | 'resume' | 'anew'
  /** Answers clients at the server's port while it is stopped. */
  readonly answers: boolean
}
export type MoveTold = {
  readonly onProgress: (progress: {
    readonly part: string
    readonly done: number
    readonly total: number
  }) => void
  readonly onCaughtUp: () => void
  readonly onStopped: (note: string) => void
}
export type MigrateDeps = {
  readonly move: (
    asked: MoveAsked,
    told: MoveTold,
  ) => Promise<
    readonly {
      readonly what: string
      readonly here: string
      readonly there: string
      readonly isEqual: boolean
    }[]
  >
  readonly whatWouldMove: (asked: MoveAsked) => Promise<{
    readonly parts: readonly { readonly what: string; readonly count: number; readonly bytes?: number }[]
    readonly problems: readonly string[]
  }>
  readonly now_ms: () => number
  /** Writes over the line that was drawn before; undefined where nobody looks on. */
  readonly draw: ((text: string) => void) | undefined
}

const SERVER_FLAGS = {
  ...{ data: none(), nats: none(), 'nats-replicas': none(), 'nats-synced': none() },
  ...{ postgres: none(), 'postgres-file': none(), 'secret-key-file': none(), host: none(), port: none() },
}
const FLAGS = {
  ...SERVER_FLAGS,
  ...{ 'new-key-file': none(), log: none() },
  ...{ 'dry-run': on(), resume: on(), anew: on(), answer: on() },
}
const BYTES_PER_MIB = 1_048_576
/** Where nobody looks on, a line is written so often. */
const TELL_EVERY_MS = 10_000

function none() {
  return { env: '', fallback: '', help: '' }
}
function on() {
  return { env: '', fallback: '', help: '', isSwitch: true } as const
}

export const migrate: Command<MigrateDeps> = {
  name: 'migrate',
  summary: 'Move a data folder with its history to NATS and PostgreSQL, for several processes',
  usage:
    'millrace migrate [--data FOLDER] --nats URL --postgres URL [--log all|needed] [--new-key-file FILE] [--answer] [--dry-run|--resume|--anew]',

  async run(deps, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    if (rest.length > 0 || (flags.resume !== undefined && flags.anew !== undefined)) {
      io.err(`usage: ${migrate.usage}`)
      return 2
    }
    const asked = askedOf(flags)
    if (flags['dry-run'] === 'true') return showAhead(await deps.whatWouldMove(asked), io)
    const progress = progressLines(deps, io)
    const compared = await deps.move(asked, {
      onProgress: progress.take,
      onCaughtUp() {
        progress.end()
        io.out(
          'All that there is so far has been copied, and what comes is copied on. Stop the server now: the rest follows.',
        )
      },
      onStopped(note) {
        progress.end()
        io.out(`The server is stopped. ${note}`)
      },
    })
    progress.end()
    for (const line of table(compared)) io.out(line)
    io.out(
      'Everything is there, and is equal. Start the processes with --nats and --postgres, and the same key.',
    )
    io.out('No server delivers from the data folder any more; keep it until you have seen the cluster work.')
    return 0
  },
}

type Flags = Partial<Record<keyof typeof FLAGS, string>>

/** @throws {AppError} OPTION_INVALID */
function askedOf(flags: Flags): MoveAsked {
  const { log = 'all', resume, anew } = flags
  if (log !== 'all' && log !== 'needed')
    throw new AppError('OPTION_INVALID', { option: '--log', value: log, problem: 'must be all or needed' })
  const names = Object.keys(SERVER_FLAGS) as (keyof typeof SERVER_FLAGS)[]
  const options = names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]] as const]))
  return {
    ...{ options: Object.fromEntries(options), newKeyFile: flags['new-key-file'], from: log },
    begin: resume === 'true' ? 'resume' : anew === 'true' ? 'anew' : 'new',
    answers: flags.answer === 'true',
  }
}

function showAhead({ parts, problems }: Awaited<ReturnType<MigrateDeps['whatWouldMove']>>, io: Io): number {
  for (const { what, count, bytes } of parts) {
    const size = bytes === undefined ? '' : `  ${(bytes / BYTES_PER_MIB).toFixed(1)} MiB`
    io.out(`${what.padEnd(24)} ${String(count).padStart(12)}${size}`)
  }
  for (const problem of problems) io.err(`It would be refused: ${problem}`)
  return problems.length === 0 ? 0 : 1
}

function table(compared: Awaited<ReturnType<MigrateDeps['move']>>): readonly string[] {
  const head = { what: 'compared', here: 'data folder', there: 'cluster' }
  const rows = [head, ...compared]
  const width = (of: 'what' | 'here') => Math.max(...rows.map((row) => row[of].length))
  const [what, here] = [width('what'), width('here')]
  return rows.map((row) => `${row.what.padEnd(what)}  ${row.here.padEnd(here)}  ${row.there}`)
}

/** A line that changes for who looks on, else one every ten seconds. What is left is told by how quick this part has been. */
function progressLines({ draw, now_ms }: MigrateDeps, io: Io) {
  let [part, since_ms, from, told_ms] = ['', 0, 0, Number.NEGATIVE_INFINITY]
  let isDrawn = false
  return {
    take(progress: Parameters<MoveTold['onProgress']>[0]): void {
      const now = now_ms()
      if (progress.part !== part) [part, since_ms, from] = [progress.part, now, progress.done]
      const line = progressLine(progress, { past_ms: now - since_ms, from })
      if (draw !== undefined) draw(line)
      else if (now - told_ms >= TELL_EVERY_MS) {
        io.out(line)
        told_ms = now
      }
      isDrawn = draw !== undefined
    },
    end(): void {
      if (isDrawn) draw?.('')
      isDrawn = false
    },
  }
}

export function progressLine(
  { part, done, total }: { readonly part: string; readonly done: number; readonly total: number },
  { past_ms, from }: { readonly past_ms: number; readonly from: number },
): string {
  const percent = total === 0 ? 100 : Math.min(100, Math.floor((100 * done) / total))
  const left_s = done > from ? Math.ceil(((total - done) * past_ms) / (done - from) / 1_000) : undefined
  const left = left_s === undefined || past_ms === 0 ? '' : `, ${Math.max(0, left_s)} s left`
  return `${part.replaceAll('_', ' ')}: ${percent} %${left}`
}
