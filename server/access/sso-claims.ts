import { ROLES, type Role } from '../../contract/route.ts'
import { emailOf } from './login.ts'
import type { GroupRole, SsoOptions } from './sso-options.ts'

type Claims = Readonly<Record<string, unknown>>

/** What a provider says about a person, as far as it matters here. */
export type SsoIdentity = {
  /** The issuer and the subject: never given to another person (OpenID Connect Core 1.0, 2). */
  readonly sso: string
  readonly email: string | undefined
  /** The provider says that the address is the person's. */
  readonly isVerified: boolean
  readonly name: string | undefined
  readonly groups: readonly string[]
}

/** Reads the claims of an ID token, and of the user info where it was asked. */
export function identityOf(claims: Claims, groupsClaim: string): SsoIdentity {
  const email = [textOf(claims['email']), textOf(claims['preferred_username']), textOf(claims['upn'])].find(
    (text) => text !== undefined && /^[^\s@]+@[^\s@]+$/.test(text),
  )
  return {
    sso: `${String(claims['iss'])} ${String(claims['sub'])}`,
    email: email === undefined ? undefined : emailOf(email),
    // Only of the claim that the provider says it of.
    isVerified: claims['email_verified'] === true && textOf(claims['email']) === email,
    name: textOf(claims['name']),
    groups: groupsOf(claims, groupsClaim),
  }
}

/** The highest role of the person's groups; undefined: none of them has one. */
export function roleOf(
  groups: readonly string[],
  roles: readonly GroupRole[],
): { readonly role: Role; readonly personal: boolean } | undefined {
  const theirs = roles.filter(({ group }) => groups.includes(group))
  const role = ROLES.findLast((one) => theirs.some((given) => given.role === one))
  return role === undefined ? undefined : { role, personal: theirs.some(({ personal }) => personal) }
}

/** What a login by single sign-on makes of a person's role. `keep`: it is theirs here. */
export function roleAtLogin(
  { groups }: SsoIdentity,
  { roles, defaultRole }: Pick<SsoOptions, 'roles' | 'defaultRole'>,
  isKnown: boolean,
): 'keep' | 'refuse' | { readonly role: Role; readonly personal: boolean } {
  if (roles.length === 0 && isKnown) return 'keep'
  const byDefault = defaultRole === undefined ? 'refuse' : { role: defaultRole, personal: false }
  return roleOf(groups, roles) ?? byDefault
}

function groupsOf(claims: Claims, claim: string): readonly string[] {
  const found = Object.hasOwn(claims, claim) ? claims[claim] : within(claims, claim.split('.'))
  if (typeof found === 'string') return [found]
  return Array.isArray(found) ? found.filter((group) => typeof group === 'string') : []
}

function within(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return within((value as Claims)[name], rest)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
