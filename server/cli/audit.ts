import { AppError } from '../../core/errors.ts'
import type { Command } from './command.ts'
import { readFlags } from './options.ts'

type Place = { readonly data?: string }
export type ChainPlace = { readonly number: number; readonly hash: string }
export type AuditDeps = {
  readonly verify: (
    at: Place,
    expected: ChainPlace | undefined,
  ) => Promise<
    | { readonly ok: true; readonly rows: number; readonly end: ChainPlace }
    | { readonly ok: false; readonly rows: number; readonly at: number; readonly problem: string }
  >
}

const FLAGS = {
  data: { env: 'MILLRACE_DATA', fallback: '.millrace', help: 'the folder for the data' },
  expect: { env: '', fallback: '', help: 'an entry and its hash that you kept' },
} as const

/** Whether the audit log is as it was written. */
export const audit: Command<AuditDeps> = {
  name: 'audit',
  summary: 'Check that nobody changed the audit log',
  usage: 'millrace audit verify [--expect NUMBER:HASH] [--data FOLDER]',
  async run({ verify }, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    if (rest[0] !== 'verify' || rest.length > 1) {
      io.err(`usage: ${audit.usage}`)
      return 2
    }
    const at = flags.data === undefined ? {} : { data: flags.data }
    const report = await verify(at, expectedOf(flags.expect))
    if (!report.ok) {
      io.err(`Entry ${report.at}: ${report.problem}. The ${report.rows} entries before it hold.`)
      return 1
    }
    const { number, hash } = report.end
    io.out(`${report.rows} entries, each as it was written. Keep this to check by later:`)
    io.out(`${number}:${hash}`)
    return 0
  },
}

/** @throws {AppError} OPTION_INVALID */
function expectedOf(text: string | undefined): ChainPlace | undefined {
  if (text === undefined) return undefined
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (number === undefined || hash === undefined) {
    throw new AppError('OPTION_INVALID', { option: '--expect', value: text, problem: 'must be NUMBER:HASH' })
  }
  return { number: Number(number), hash }
}
