import type { Command } from './command.ts'
import { readFlags } from './options.ts'

export type BackupDeps = {
  /** Copies a data folder; tells each file with its bytes. */
  readonly makeBackup: (
    dataFolder: string | undefined,
    to: string,
    onFile: (file: string, bytes: number) => void,
  ) => Promise<void>
}
export type RestoreDeps = {
  readonly restoreBackup: (
    from: string,
    dataFolder: string | undefined,
    onFile: (file: string) => void,
  ) => Promise<{ readonly madeAt: string }>
}
const FLAGS = { data: { env: 'MILLRACE_DATA', fallback: '', help: '' } }
const BYTES_PER_MIB = 1_048_576

export const backup: Command<BackupDeps> = {
  name: 'backup',
  summary: 'Copy the data into an empty folder, also while a server uses it',
  usage: 'millrace backup FOLDER [--data FOLDER]',

  async run({ makeBackup }, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    const [to] = rest
    if (to === undefined || rest.length > 1) {
      io.err(`usage: ${backup.usage}`)
      return 2
    }
    await makeBackup(flags.data, to, (file, bytes) =>
      io.out(`${file.padEnd(10)} ${(bytes / BYTES_PER_MIB).toFixed(1)} MiB`),
    )
    io.out(`The backup is in ${to}. It holds write keys and secrets: keep it as you keep a password.`)
    return 0
  },
}

export const restore: Command<RestoreDeps> = {
  name: 'restore',
  summary: 'Put a backup into an empty data folder',
  usage: 'millrace restore FOLDER [--data FOLDER]',

  async run({ restoreBackup }, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    const [from] = rest
    if (from === undefined || rest.length > 1) {
      io.err(`usage: ${restore.usage}`)
      return 2
    }
    const { madeAt } = await restoreBackup(from, flags.data, (file) => io.out(file))
    io.out(
      `Restored what was there at ${madeAt}. What was delivered since is delivered again, under the same keys.`,
    )
    return 0
  },
}
