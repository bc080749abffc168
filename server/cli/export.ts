import type { Configuration } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { writeConfigFile } from '../config-file/write.ts'
import type { Command } from './command.ts'
import { readFlags } from './options.ts'

export type ExportDeps = {
  readonly catalogue: ReadonlyMap<string, Destination>
  /** Reads what is stored in a data folder. */
  readonly readStored: (dataFolder: string | undefined) => Promise<Configuration>
}

/** `export` is a reserved word. */
export const exportCommand: Command<ExportDeps> = {
  name: 'export',
  summary: 'Print the stored configuration as a configuration file',
  usage: 'millrace export [--data FOLDER]',

  async run({ catalogue, readStored }, args, io) {
    const { flags, rest } = readFlags(args, { data: { env: 'MILLRACE_DATA', fallback: '', help: '' } })
    if (rest.length > 0) {
      io.err(`usage: ${exportCommand.usage}`)
      return 2
    }
    io.out(writeConfigFile(await readStored(flags.data), catalogue).trimEnd())
    return 0
  },
}
