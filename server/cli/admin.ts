import type { Command } from './command.ts'
import { readFlags } from './options.ts'

export type AdminFlags = { readonly data?: string; readonly 'admin-port'?: string }
export type ListedPerson = {
  readonly email: string
  readonly name: string
  readonly role: string
  readonly disabled: boolean
  readonly hasFactor: boolean
  readonly loginAt_ms: number | undefined
}
export type AdminLink = { readonly url: string; readonly expiresAt_ms: number }
export type AdminDeps = {
  readonly list: (flags: AdminFlags) => Promise<readonly ListedPerson[]>
  /** @throws {AppError} NOT_FOUND */
  readonly reset: (flags: AdminFlags, email: string | undefined) => Promise<AdminLink>
}

const FLAGS = {
  data: { env: 'MILLRACE_DATA', fallback: '.millrace', help: 'the folder for the data' },
  'admin-port': { env: 'MILLRACE_ADMIN_PORT', fallback: '4001', help: 'the port of the admin side' },
  email: { env: '', fallback: '', help: 'whose password' },
} as const

/** People, for whoever may write the data folder: the way in when nobody can log in. */
export const admin: Command<AdminDeps> = {
  name: 'admin',
  summary: 'List people, or print a link that makes an admin or sets a new password',
  usage: 'millrace admin list | reset [--email ADDRESS] [--data FOLDER] [--admin-port N]',
  async run({ list, reset }, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    const { email, ...at } = flags
    const [what, extra] = rest
    if (extra === undefined && what === 'list' && email === undefined) {
      const people = await list(at)
      for (const line of people.length === 0 ? ['Nobody can log in yet.'] : people.map(lineOf)) io.out(line)
      return 0
    }
    if (extra === undefined && what === 'reset') {
      const { url, expiresAt_ms } = await reset(at, email)
      const until = new Date(expiresAt_ms).toISOString()
      io.out(
        email === undefined
          ? 'This link makes an admin.'
          : `By this link ${email} sets a new password, and the second factor is off.`,
      )
      io.out(`It is good once, until ${until}, where the server of this data folder runs:`)
      io.out(url)
      return 0
    }
    io.err(`usage: ${admin.usage}`)
    return 2
  },
}

function lineOf({ email, name, role, disabled, hasFactor, loginAt_ms }: ListedPerson): string {
  const facts = [
    role,
    ...(disabled ? ['disabled'] : []),
    ...(hasFactor ? ['second factor'] : []),
    loginAt_ms === undefined ? 'never logged in' : `last login ${new Date(loginAt_ms).toISOString()}`,
  ]
  return `${email}  ${name}  ${facts.join(', ')}`
}
