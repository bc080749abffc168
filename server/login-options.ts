import { isIP } from 'node:net'
import { ROLES, type Role } from '../contract/roles.ts'
import { AppError } from '../core/errors.ts'
import type { GroupRole, SsoOptions } from './access/sso-options.ts'
import type { Readable } from './page-options.ts'

/** The options of login, for the table in `config.ts`. */
export const LOGIN_OPTIONS = {
  login: {
    env: 'MILLRACE_LOGIN',
    fallback: 'on',
    help: 'on or off; off: whoever reaches the admin port, on this machine only, is admin. `millrace dev` has it off',
  },
  'session-idle-hours': {
    env: 'MILLRACE_SESSION_IDLE_HOURS',
    fallback: '8',
    help: 'a session that is not used for so long ends',
  },
  'session-days': {
    env: 'MILLRACE_SESSION_DAYS',
    fallback: '7',
    help: 'every session ends after so long',
  },
  'oidc-issuer': {
    env: 'MILLRACE_OIDC_ISSUER',
    fallback: '',
    help: 'single sign-on: the provider, such as https://id.example.com/realms/main',
  },
  'oidc-client-id': {
    env: 'MILLRACE_OIDC_CLIENT_ID',
    fallback: '',
    help: 'the client id that the provider gave',
  },
  'oidc-client-secret': {
    env: 'MILLRACE_OIDC_CLIENT_SECRET',
    fallback: '',
    help: 'the secret that the provider gave; none for a public client',
    isSecret: true,
  },
  'oidc-name': {
    env: 'MILLRACE_OIDC_NAME',
    fallback: 'single sign-on',
    help: 'what the button of single sign-on says',
  },
  'oidc-scopes': {
    env: 'MILLRACE_OIDC_SCOPES',
    fallback: 'openid email profile',
    help: 'what the provider is asked for; some tell groups only for a scope of that name',
  },
  'oidc-groups-claim': {
    env: 'MILLRACE_OIDC_GROUPS_CLAIM',
    fallback: 'groups',
    help: 'where the groups of a person stand; dots lead into objects, such as realm_access.roles',
  },
  'oidc-roles': {
    env: 'MILLRACE_OIDC_ROLES',
    fallback: '',
    help: 'roles of groups, such as growth=editor,data=admin,support=viewer+personal; none: roles are set on the people page',
  },
  'oidc-default-role': {
    env: 'MILLRACE_OIDC_DEFAULT_ROLE',
    fallback: 'none',
    help: 'the role of whom no group gives one: none, viewer, editor or admin',
  },
  'oidc-only': {
    env: 'MILLRACE_OIDC_ONLY',
    fallback: 'off',
    help: 'on or off; on: nobody logs in with a password',
  },
} as const

/** As they are read one by one. */
export type LoginConfig = {
  readonly isOn: boolean
  readonly limits: { readonly idle_ms_max: number; readonly age_ms_max: number }
  readonly sso: Omit<SsoOptions, 'issuer' | 'clientId'> & {
    readonly issuer: string | undefined
    readonly clientId: string | undefined
  }
}

type Name = keyof typeof LOGIN_OPTIONS
type Reader = {
  readonly text: (name: Name) => string
  readonly nonEmpty: (name: Name) => string
  readonly number: (name: Name, from: number, to: number) => number
  readonly oneOf: (name: Name, choices: readonly string[]) => string
  readonly optional: <Value>(name: Name, readable: Readable<Value>) => Value | undefined
}
const HOUR_MS = 3_600_000
const ON_OFF = ['on', 'off']

/** @throws {AppError} OPTION_INVALID */
export function readLoginOptions({ text, nonEmpty, number, oneOf, optional }: Reader): LoginConfig {
  const given = (name: Name) => (text(name) === '' ? undefined : text(name))
  const defaultRole = oneOf('oidc-default-role', ['none', ...ROLES])
  return {
    isOn: oneOf('login', ON_OFF) === 'on',
    limits: {
      idle_ms_max: number('session-idle-hours', 0.01, 8_760) * HOUR_MS,
      age_ms_max: number('session-days', 0.01, 365) * 24 * HOUR_MS,
    },
    sso: {
      issuer: optional('oidc-issuer', readIssuer),
      clientId: given('oidc-client-id'),
      clientSecret: given('oidc-client-secret'),
      name: nonEmpty('oidc-name'),
      scopes: optional('oidc-scopes', readScopes) ?? '',
      groupsClaim: nonEmpty('oidc-groups-claim'),
      roles: optional('oidc-roles', readRoles) ?? [],
      defaultRole: defaultRole === 'none' ? undefined : (defaultRole as Role),
      isOnly: oneOf('oidc-only', ON_OFF) === 'on',
    },
  }
}

/** What cannot be together is told at the start. @throws {AppError} OPTION_INVALID */
export function ssoOptions({ isOn, sso }: LoginConfig): SsoOptions | undefined {
  const { issuer, clientId } = sso
  if (issuer === undefined) {
    if (sso.isOnly) throw together('oidc-only', 'needs --oidc-issuer')
    return undefined
  }
  if (clientId === undefined) throw together('oidc-client-id', 'must be given with --oidc-issuer')
  return isOn ? { ...sso, issuer, clientId } : undefined
}

/** Where there is no login, nobody else may reach the admin port. @throws {AppError} OPTION_INVALID */
export function checkLogin({ isOn }: LoginConfig, adminHost: string): void {
  const isHere =
    adminHost === 'localhost' ||
    adminHost === '::1' ||
    (isIP(adminHost) === 4 && adminHost.startsWith('127.'))
  if (!isOn && !isHere)
    throw together('login', 'cannot be off where the admin side listens beyond this machine')
}

function together(name: Name, problem: string): AppError {
  return new AppError('OPTION_INVALID', { option: `--${name} (${LOGIN_OPTIONS[name].env})`, problem })
}

const readIssuer: Readable<string> = {
  wants: 'an address such as https://id.example.com; http only on this machine',
  read(text) {
    if (!URL.canParse(text)) return undefined
    const { protocol, hostname, search, hash, username } = new URL(text)
    const isHere = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    return (protocol === 'https:' || isHere) && search + hash + username === '' ? text : undefined
  },
}

const readScopes: Readable<string> = {
  wants: 'scopes with a space between them, openid among them',
  read: (text) => (text.split(' ').includes('openid') ? text : undefined),
}

const readRoles: Readable<readonly GroupRole[]> = {
  wants: 'pairs such as growth=editor,data=admin; the roles are viewer, viewer+personal, editor and admin',
  read(text) {
    const roles = text.split(',').map((pair): GroupRole | undefined => {
      const [, group, name, personal] = /^\s*(.+)=(viewer|editor|admin)(\+personal)?\s*$/.exec(pair) ?? []
      if (group === undefined || name === undefined) return undefined
      return { group: group.trim(), role: name as Role, personal: personal !== undefined }
    })
    return roles.every((role) => role !== undefined) ? roles : undefined
  },
}
