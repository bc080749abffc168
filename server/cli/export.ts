import type { Configuration } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { writeConfigFile } from '../config-file/write.ts'
import { adminClient, CLIENT_FLAGS, type ClientDeps } from './client.ts'
import type { Command } from './command.ts'
import { readFlags } from './options.ts'

export type ExportDeps = Partial<ClientDeps> & {
  readonly catalogue: ReadonlyMap<string, Destination>
  /** Reads what is stored in a data folder. */
  readonly readStored: (dataFolder: string | undefined) => Promise<Configuration>
}

const FLAGS = { ...CLIENT_FLAGS, data: { env: 'MILLRACE_DATA', fallback: '', help: '' } }

/** `export` is a reserved word. */
export const exportCommand: Command<ExportDeps> = {
  name: 'export',
  summary: 'Print the configuration of a data folder, or of a server, as a configuration file',
  usage: 'millrace export [--data FOLDER | --url URL [--token TOKEN]]',

  async run({ catalogue, readStored, ask, environment }, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    const isOfServer =
      flags.data === undefined && (flags.url ?? environment?.(CLIENT_FLAGS.url.env)) !== undefined
    if (rest.length > 0 || (flags.data !== undefined && flags.url !== undefined)) {
      io.err(`usage: ${exportCommand.usage}`)
      return 2
    }
    if (isOfServer && ask !== undefined) {
      const client = adminClient({ ask, ...(environment === undefined ? {} : { environment }) }, flags)
      const { text } = await client.ask('GET /admin/v1/configuration')
      io.out(text.trimEnd())
      return 0
    }
    io.out(writeConfigFile(await readStored(flags.data), catalogue).trimEnd())
    return 0
  },
}
