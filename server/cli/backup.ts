import type { Command } from './command.ts'
import { readFlags } from './options.ts'

export type BackupDeps = {
  /** Copies a data folder; tells each file with its bytes. */
  readonly makeBackup: (
    dataFolder: string | undefined,
    target: { readonly to: string; readonly withKey: boolean },
    onFile: (file: string, bytes: number) => void,
  ) => Promise<{ readonly secretKeys: readonly string[] }>
}
export type RestoreDeps = {
  readonly restoreBackup: (
    from: string,
    dataFolder: string | undefined,
    onFile: (file: string) => void,
  ) => Promise<{ readonly madeAt: string; readonly keysNeeded: readonly string[] }>
}
const FLAGS = { data: { env: 'MILLRACE_DATA', fallback: '', help: '' } }
const WITH_KEY = { 'with-key': { env: '', fallback: '', help: '', isSwitch: true } } as const
const BYTES_PER_MIB = 1_048_576

export const backup: Command<BackupDeps> = {
  name: 'backup',
  summary: 'Copy the data into an empty folder, also while a server uses it',
  usage: 'millrace backup FOLDER [--data FOLDER] [--with-key]',

  async run({ makeBackup }, args, io) {
    const { flags, rest } = readFlags(args, { ...FLAGS, ...WITH_KEY })
    const [to] = rest
    if (to === undefined || rest.length > 1) {
      io.err(`usage: ${backup.usage}`)
      return 2
    }
    const withKey = flags['with-key'] === 'true'
    const { secretKeys } = await makeBackup(flags.data, { to, withKey }, (file, bytes) =>
      io.out(`${file.padEnd(10)} ${(bytes / BYTES_PER_MIB).toFixed(1)} MiB`),
    )
    io.out(`The backup is in ${to}. It holds people's data: keep it as you keep a password.`)
    if (withKey) io.out('The key of its secrets is in it: whoever has it can read them.')
    else if (secretKeys.length > 0) {
      io.out(`Its secrets need the key ${secretKeys.join(' or ')}, which is not in it: keep that elsewhere.`)
    }
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
    const { madeAt, keysNeeded } = await restoreBackup(from, flags.data, (file) => io.out(file))
    io.out(
      `Restored what was there at ${madeAt}. What was delivered since is delivered again, under the same keys.`,
    )
    if (keysNeeded.length > 0) {
      io.out(
        `Before it starts it needs the key of its secrets, ${keysNeeded.join(' or ')}: docs/secrets.md says how.`,
      )
    }
    return 0
  },
}
