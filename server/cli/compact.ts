import type { Command } from './command.ts'
import { readFlags } from './options.ts'

export type CompactDeps = {
  /** Writes each file of a data folder anew; tells each with its bytes before and after. */
  readonly compact: (
    dataFolder: string | undefined,
    onFile: (file: string, bytes: { readonly before: number; readonly after: number }) => void,
  ) => void
}
const FLAGS = { data: { env: 'MILLRACE_DATA', fallback: '', help: '' } }
const BYTES_PER_MIB = 1_048_576

export const compactCommand: Command<CompactDeps> = {
  name: 'compact',
  summary: 'Write the files of a data folder anew, as small as they can be, while no server uses it',
  usage: 'millrace compact [--data FOLDER]',

  async run({ compact }, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    if (rest.length > 0) {
      io.err(`usage: ${compactCommand.usage}`)
      return 2
    }
    const mib = (bytes: number) => `${(bytes / BYTES_PER_MIB).toFixed(1)} MiB`
    compact(flags.data, (file, { before, after }) =>
      io.out(`${file.padEnd(10)} ${mib(before)} before, ${mib(after)} now`),
    )
    return 0
  },
}
