import { ROLES, type Role, TOKEN_DAYS_DEFAULT, TOKEN_DAYS_MAX } from '../../contract/roles.ts'
import { AppError } from '../../core/errors.ts'
import type { Command } from './command.ts'
import { readFlags } from './options.ts'

export type TokenPlace = { readonly data?: string }
export type WantedToken = {
  readonly name: string
  readonly role: Role
  readonly personal: boolean
  readonly expires_days: number | null
}
export type ListedToken = {
  readonly id: string
  readonly begins: string
  readonly name: string
  readonly role: string
  readonly state: string
  readonly expiresAt_ms: number | null
  readonly usedAt_ms: number | null
}
export type TokenDeps = {
  readonly create: (
    at: TokenPlace,
    wanted: WantedToken,
  ) => Promise<{ readonly id: string; readonly text: string }>
  readonly list: (at: TokenPlace) => Promise<readonly ListedToken[]>
  /** @throws {AppError} NOT_FOUND */
  readonly revoke: (at: TokenPlace, id: string) => Promise<void>
}

const FLAGS = {
  data: { env: 'MILLRACE_DATA', fallback: '.millrace', help: 'the folder for the data' },
  name: { env: '', fallback: '', help: 'what people call it' },
  role: { env: '', fallback: 'viewer', help: 'viewer, editor or admin' },
  days: { env: '', fallback: String(TOKEN_DAYS_DEFAULT), help: 'until it expires, or never' },
  personal: { env: '', fallback: '', help: 'may see personal values', isSwitch: true },
} as const

/** API tokens for automation, made by whoever may write the data folder. A server that runs takes them at once. */
export const token: Command<TokenDeps> = {
  name: 'token',
  summary: 'Make, list or revoke API tokens',
  usage:
    'millrace token create --name NAME [--role viewer] [--days 90|never] [--personal] | list | revoke ID [--data FOLDER]',
  async run({ create, list, revoke }, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    const at = flags.data === undefined ? {} : { data: flags.data }
    const [what, id, extra] = rest
    if (what === 'create' && id === undefined && flags.name !== undefined) {
      const made = await create(at, wantedOf({ ...flags, name: flags.name }))
      // The token alone goes to the output, so that a script can take it.
      io.err(`Token ${made.id}. It is shown this once: keep it as you keep a password.`)
      io.out(made.text)
      return 0
    }
    if (what === 'list' && id === undefined) {
      for (const one of await list(at)) io.out(lineOf(one))
      return 0
    }
    if (what === 'revoke' && id !== undefined && extra === undefined) {
      await revoke(at, id)
      io.out(`${id} is revoked.`)
      return 0
    }
    io.err(`usage: ${token.usage}`)
    return 2
  },
}

type Given = {
  readonly name: string
  readonly role?: string
  readonly days?: string
  readonly personal?: string
}

/** @throws {AppError} OPTION_INVALID */
function wantedOf({
  name,
  role: given = 'viewer',
  days = String(TOKEN_DAYS_DEFAULT),
  personal,
}: Given): WantedToken {
  const role = ROLES.find((known) => known === given)
  if (role === undefined) throw invalid('role', given, `must be one of ${ROLES.join(', ')}`)
  if (name.trim() === '' || name.length > 100) throw invalid('name', name, 'must have 1 to 100 characters')
  const expires_days = days === 'never' ? null : Number(days)
  const isRight = expires_days === null || (Number.isInteger(expires_days) && expires_days >= 1)
  if (!isRight || (expires_days ?? 0) > TOKEN_DAYS_MAX) {
    throw invalid('days', days, `must be a whole number from 1 to ${TOKEN_DAYS_MAX}, or never`)
  }
  return { name: name.trim(), role, personal: personal === 'true', expires_days }
}

function invalid(option: string, value: string, problem: string): AppError {
  return new AppError('OPTION_INVALID', { option: `--${option}`, value, problem })
}

function lineOf({ id, begins, name, role, state, expiresAt_ms, usedAt_ms }: ListedToken): string {
  const at = (ms: number) => new Date(ms).toISOString()
  const facts = [
    ...[role, state, expiresAt_ms === null ? 'never expires' : `expires ${at(expiresAt_ms)}`],
    usedAt_ms === null ? 'never used' : `last used ${at(usedAt_ms)}`,
  ]
  return `${id}  ${begins}…  ${name}  ${facts.join(', ')}`
}
