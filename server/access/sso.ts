import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'
import type { Audit } from '../admin/audit-note.ts'
import type { AccessStore, Person } from './access-store.ts'
import { cookieText, readCookie } from './cookies.ts'
import type { LoginFlows } from './login.ts'
import { hashOf, newId, newToken } from './random-token.ts'
import { shortLived } from './short-lived.ts'
import { roleAtLogin, type SsoIdentity } from './sso-claims.ts'
import type { SsoOptions } from './sso-options.ts'
import type { Pass, SsoProvider } from './sso-provider.ts'

/** A person may be that long at the provider. */
const AWAY_MS_MAX = 600_000
const AWAY_MAX = 1_000
const COOKIE = 'millrace_sso'
export const SSO_CALLBACK = '/admin/v1/sso/callback'

type Away = { readonly pass: Pass; readonly to: string; readonly browser: string }
export type SsoDeps = {
  readonly options: SsoOptions
  readonly provider: SsoProvider
  readonly store: AccessStore
  readonly login: Pick<LoginFlows, 'enter'>
  readonly audit: Pick<Audit, 'note'>
  readonly pagesUrl: () => string
  readonly now_ms: () => number
}

/** Going to the provider and coming back. Whoever comes back is the browser that went: a cookie says so. */
export function singleSignOn(deps: SsoDeps) {
  const { provider, pagesUrl, now_ms } = deps
  const away = shortLived<Away>({ age_ms_max: AWAY_MS_MAX, count_max: AWAY_MAX, now_ms })
  return {
    /** @throws {AppError} SSO_FAILED */
    async begin({ protocol }: FastifyRequest, to: string | undefined) {
      const { url, pass } = await provider.begin(`${pagesUrl()}${SSO_CALLBACK}`)
      const browser = newToken()
      away.keep(pass.state, { pass, to: ownPath(to), browser: hashOf(browser) })
      return { url, cookie: cookieOf(protocol, browser, AWAY_MS_MAX / 1_000) }
    },
    /** @throws {AppError} SSO_FAILED, SSO_REFUSED */
    async end(request: FastifyRequest) {
      const url = new URL(request.url, pagesUrl())
      const went = away.take(url.searchParams.get('state') ?? '')
      const browser = readCookie(request, COOKIE)
      if (went === undefined || browser === undefined || hashOf(browser) !== went.browser)
        throw new AppError('SSO_FAILED', { problem: 'it took too long, or began in another browser' })
      const identity = await provider.end(url, went.pass)
      const person = await personOf(deps, identity).catch(async (error: unknown) => {
        await noteRefused(deps, request, identity, error)
        throw error
      })
      const entered = await deps.login.enter(request, person, 'sso')
      if (entered.status !== 'in') throw new AppError('SSO_FAILED', { problem: 'it ended half way' })
      return { to: went.to, cookies: [entered.cookie, cookieOf(request.protocol, '', 0)] }
    },
  }
}
export type SingleSignOn = ReturnType<typeof singleSignOn>

/** Comes with a person whom another site sends: `Lax`. */
function cookieOf(protocol: string, value: string, age_s_max: number): string {
  return cookieText({ name: COOKIE, value, sameSite: 'Lax', isSecure: protocol === 'https', age_s_max })
}

/** A page of ours: nobody is sent on to another site. */
function ownPath(to: string | undefined): string {
  const base = 'http://millrace.invalid'
  if (to === undefined || !URL.canParse(to, base)) return '/'
  const { origin, pathname, search } = new URL(to, base)
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}` : '/'
}

async function personOf({ store, options, now_ms }: SsoDeps, identity: SsoIdentity): Promise<Person> {
  const known = (await store.person({ sso: identity.sso })) ?? (await ofAddress(store, identity))
  if (known?.disabled) throw refused('is disabled here')
  const given = roleAtLogin(identity, options, known !== undefined)
  // Where groups have roles, they alone say who somebody is.
  const isInvited = known === undefined && options.roles.length === 0
  const invitation = isInvited ? await takeInvitation(store, identity, now_ms()) : undefined
  const role = invitation ?? given
  if (role === 'refuse') throw refused('none of your groups has a role here')
  const named = identity.name === undefined ? {} : { name: identity.name.slice(0, 100) }
  if (known !== undefined) {
    const change = { ...named, sso: identity.sso, ...(role === 'keep' ? {} : role) }
    const person = await store.changePerson(known.id, change, { loseLastAdmin: true })
    if (person === undefined) throw refused('was removed')
    if (person.role !== known.role) await store.endSessions(known.id)
    return person
  }
  const { email } = identity
  if (email === undefined) throw refused('has no e-mail address that the provider tells')
  if (role === 'keep') throw refused('is not known here')
  const person = newPerson({ email, ...named, ...role, sso: identity.sso }, now_ms())
  await store.addPerson(person)
  return person
}

/**
 * Somebody who has logged in with a password becomes the same person, when the provider vouches for the address: else
 * whoever can write an address into an account there would be that person here.
 *
 * @throws {AppError} SSO_REFUSED
 */
async function ofAddress(
  store: AccessStore,
  { email, isVerified }: SsoIdentity,
): Promise<Person | undefined> {
  const person = email === undefined ? undefined : await store.person({ email })
  if (person === undefined) return undefined
  if (person.sso !== undefined) throw refused('the e-mail address belongs to another account of the provider')
  if (!isVerified)
    throw refused('the provider does not vouch for the e-mail address of a person who is here already')
  return person
}

/** An invitation to an address that the provider vouches for is taken by coming in. */
async function takeInvitation(store: AccessStore, { email, isVerified }: SsoIdentity, now_ms: number) {
  if (email === undefined || !isVerified) return undefined
  const open = (await store.links('invitation')).find(
    (link) => link.email === email && link.expiresAt_ms > now_ms,
  )
  const taken = open === undefined ? undefined : await store.takeLink(open.hash)
  return taken === undefined ? undefined : { role: taken.role, personal: taken.personal }
}

function newPerson(
  given: Pick<Person, 'email' | 'role' | 'personal' | 'sso'> & { readonly name?: string },
  now_ms: number,
): Person {
  const name = given.name ?? given.email.split('@')[0] ?? given.email
  const blank = { disabled: false, passwordHash: undefined, factor: undefined, loginAt_ms: undefined }
  return { ...blank, ...given, name, id: newId('person'), createdAt_ms: now_ms }
}

function refused(problem: string): AppError {
  return new AppError('SSO_REFUSED', { problem })
}

async function noteRefused(
  { audit }: SsoDeps,
  request: FastifyRequest,
  identity: SsoIdentity,
  error: unknown,
) {
  if (!(error instanceof AppError)) return
  const who = { name: identity.email ?? identity.sso, via: 'nobody' } as const
  await audit.note({ who, what: 'login.sso.refused', outcome: error.code, request })
}
