import type { Role } from '../../contract/route.ts'

/** A person who can log in. Times are milliseconds since 1970. */
export type Person = {
  readonly id: string
  /** In small letters; names the person, and no other has it. */
  readonly email: string
  readonly name: string
  readonly role: Role
  /** A viewer may see what events say about persons; others do anyway. */
  readonly personal: boolean
  readonly disabled: boolean
  /** A PHC string of argon2id; `undefined`: they log in by single sign-on only. */
  readonly passwordHash: string | undefined
  /** The secret of the second factor, sealed. */
  readonly factor: string | undefined
  /** The issuer and the subject of single sign-on, with a space between them. */
  readonly sso: string | undefined
  readonly createdAt_ms: number
  readonly loginAt_ms: number | undefined
}
export type PersonChange = Partial<Omit<Person, 'id' | 'createdAt_ms' | 'factor'>>
/** How to name one person. */
export type PersonKey = { readonly id: string } | { readonly email: string } | { readonly sso: string }

export type Session = {
  /** SHA-256 of the token that the cookie carries. */
  readonly hash: string
  readonly id: string
  readonly personId: string
  readonly via: 'password' | 'sso' | 'link'
  readonly createdAt_ms: number
  readonly usedAt_ms: number
  readonly address: string
  readonly agent: string
}

/** A link that is good once. */
export type Link = {
  readonly hash: string
  readonly id: string
  /** `set-up` makes an admin; `reset` sets a new password. */
  readonly kind: 'set-up' | 'invitation' | 'reset'
  readonly email: string | undefined
  readonly role: Role
  readonly personal: boolean
  /** Whose new password it is. */
  readonly personId: string | undefined
  /** It also takes the second factor away and enables the person: from the command line only. */
  readonly dropsFactor: boolean
  /** Who made it. */
  readonly by: string
  readonly createdAt_ms: number
  readonly expiresAt_ms: number
}

/** A person has at most so many sessions: the one that was used longest ago ends for another. */
export const SESSIONS_MAX = 50

/**
 * Where people, their sessions, links and second factors are kept. Every method is one step: what two ask for at once
 * happens to one of them. Conformance: `access-store.conformance.ts`.
 */
export type AccessStore = {
  /** By e-mail address. */
  readonly people: () => Promise<readonly Person[]>
  readonly person: (key: PersonKey) => Promise<Person | undefined>
  /** @throws {AppError} EMAIL_TAKEN */
  readonly addPerson: (person: Person) => Promise<void>
  /**
   * The person as changed; undefined where there is none. An admin may be lost where it is said so: groups of single
   * sign-on decide over roles.
   *
   * @throws {AppError} LAST_ADMIN, EMAIL_TAKEN
   */
  readonly changePerson: (
    id: string,
    change: PersonChange,
    may?: { readonly loseLastAdmin: boolean },
  ) => Promise<Person | undefined>
  /** With all that is theirs. False where there is none. @throws {AppError} LAST_ADMIN */
  readonly removePerson: (id: string) => Promise<boolean>

  readonly addSession: (session: Session) => Promise<void>
  readonly session: (
    hash: string,
  ) => Promise<{ readonly session: Session; readonly person: Person } | undefined>
  readonly touchSession: (
    hash: string,
    used: { readonly at_ms: number; readonly address: string },
  ) => Promise<void>
  /** The one that was used last comes first; without an id, those of all people. */
  readonly sessions: (personId?: string) => Promise<readonly Session[]>
  /** Whether the person of this address has a session that was last used there. */
  readonly knowsAddress: (email: string, address: string) => Promise<boolean>
  /** How many ended: one by its id, or all but one by its hash. */
  readonly endSessions: (
    personId: string,
    which?: { readonly id: string } | { readonly butHash: string },
  ) => Promise<number>
  /** Ends those that began, or were last used, before these times. */
  readonly trimSessions: (before: {
    readonly created_ms: number
    readonly used_ms: number
  }) => Promise<number>

  readonly addLink: (link: Link) => Promise<void>
  readonly link: (hash: string) => Promise<Link | undefined>
  /** Gives it to one who asks, and it is gone. */
  readonly takeLink: (hash: string) => Promise<Link | undefined>
  /** The newest first. */
  readonly links: (kind: Link['kind']) => Promise<readonly Link[]>
  /** How many were there that fit everything given. */
  readonly removeLinks: (which: LinkFilter) => Promise<number>

  /** Turns the second factor on, anew, or off. */
  readonly setFactor: (
    personId: string,
    factor: { readonly secret: string; readonly codeHashes: readonly string[] } | undefined,
  ) => Promise<void>
  readonly setRecoveryCodes: (personId: string, hashes: readonly string[]) => Promise<void>
  readonly recoveryCodes: (personId: string) => Promise<number>
  /** True once for each, whoever asks. */
  readonly spendRecoveryCode: (personId: string, hash: string) => Promise<boolean>
  /** True when this step of time is later than the last one whose code was used. */
  readonly spendStep: (personId: string, step: number) => Promise<boolean>

  readonly requiresFactor: () => Promise<boolean>
  readonly requireFactor: (isRequired: boolean) => Promise<void>
}
export type LinkFilter = Partial<Pick<Link, 'id' | 'kind' | 'email' | 'personId'>> & {
  readonly expired_ms?: number
}

/** One who may manage people, and can log in. */
export function isAdmin({ role, disabled }: Pick<Person, 'role' | 'disabled'>): boolean {
  return role === 'admin' && !disabled
}
