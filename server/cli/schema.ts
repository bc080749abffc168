import type { Destination } from '../../core/destination.ts'
import { configurationSchema } from '../config-file/schema.ts'
import type { Command } from './command.ts'

/** For editors: names, kinds, settings and actions, with what they are for. */
export const schema: Command<{ readonly catalogue: ReadonlyMap<string, Destination> }> = {
  name: 'schema',
  summary: 'Print the JSON Schema of a configuration file, for editors',
  usage: 'millrace schema',
  async run({ catalogue }, args, io) {
    if (args.length > 0) {
      io.err(`usage: ${schema.usage}`)
      return 2
    }
    io.out(JSON.stringify(configurationSchema(catalogue), undefined, 2))
    return 0
  },
}
