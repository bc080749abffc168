import type { Command, Io } from './command.ts'
import { readFlags } from './options.ts'

export type SecretsDeps = {
  readonly status: (dataFolder: string | undefined) => Promise<{
    /** The fingerprint of the key, and where it comes from. */
    readonly key: string
    readonly from: string
    /** The key is a file in the data folder. */
    readonly isBesideData: boolean
  }>
  readonly rotate: (
    dataFolder: string | undefined,
    asked: { readonly newKeyFile: string | undefined; readonly reencrypt: boolean },
  ) => Promise<{
    readonly before: string
    readonly after: string
    readonly resealed: number
    readonly left: number
    /** The file that holds the key from now on. */
    readonly file: string
  }>
}

const FLAGS = {
  data: { env: 'MILLRACE_DATA', fallback: '', help: '' },
  'new-key-file': { env: '', fallback: '', help: '' },
  reencrypt: { env: '', fallback: '', help: '', isSwitch: true },
} as const

export const secrets: Command<SecretsDeps> = {
  name: 'secrets',
  summary: 'Tell which key the secrets are sealed with, or give them another one while no server runs',
  usage: 'millrace secrets status|rotate [--data FOLDER] [--new-key-file FILE] [--reencrypt]',

  async run(deps, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    const [what, ...more] = rest
    const isRotating = flags['new-key-file'] !== undefined || flags.reencrypt === 'true'
    if (more.length > 0 || (what !== 'rotate' && (what !== 'status' || isRotating))) {
      io.err(`usage: ${secrets.usage}`)
      return 2
    }
    if (what === 'status') return status(deps, flags.data, io)
    const { before, after, resealed, left, file } = await deps.rotate(flags.data, {
      newKeyFile: flags['new-key-file'],
      reencrypt: flags.reencrypt === 'true',
    })
    io.out(`The key ${before} opens nothing any more. The key is now ${after}, in ${file}.`)
    if (flags.reencrypt === 'true') io.out(`Sealed anew: ${resealed} texts.`)
    if (left > 0) io.err(`warning: ${left} texts are still sealed with what was in use before.`)
    io.out(`Backups from before need ${before}: keep it as long as you keep them.`)
    return 0
  },
}

async function status({ status }: SecretsDeps, data: string | undefined, io: Io): Promise<number> {
  const { key, from, isBesideData } = await status(data)
  io.out(`The secrets are sealed with the key ${key}, from ${from}.`)
  if (isBesideData) {
    io.out(
      'It lies beside the data: whoever copies the whole folder has both. docs/secrets.md says how to move it.',
    )
  }
  return 0
}
