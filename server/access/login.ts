import type { FastifyRequest } from 'fastify'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import type { Audit } from '../admin/audit-note.ts'
import type { AccessStore, Link, Person, Session } from './access-store.ts'
import type { FactorKeeper } from './factor-keeper.ts'
import { type LoginThrottle, loginThrottle } from './login-throttle.ts'
import { checkPassword } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import { hashOf, newId, newToken } from './random-token.ts'
import type { Sessions } from './sessions.ts'
import { shortLived } from './short-lived.ts'

const STEP_MS_MAX = 300_000
const STEPS_MAX = 1_000
const TRIES_MAX = 5

export type LoginDeps = {
  readonly store: AccessStore
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly factors: FactorKeeper
  readonly audit: Pick<Audit, 'note'>
  readonly now_ms: () => number
  /** Only single sign-on, and links from the command line, let anybody in. */
  readonly isSsoOnly: boolean
}
/** Either one is in, and this is the cookie; or the code is asked for. */
export type LoggedIn =
  | { readonly status: 'in'; readonly person: Person; readonly session: Session; readonly cookie: string }
  | { readonly status: 'code'; readonly step: string }

/** The first half of a login, while the code is asked for. */
type Step = {
  readonly personId: string
  readonly via: Session['via']
  /** Of then: a password that was changed meanwhile ends the step. */
  readonly passwordHash: string | undefined
  readonly triesLeft: number
}

/** The ways in with a password or a link. What is wrong is never told in part: OWASP ASVS 5.0, 6.3.8. */
export function loginFlows(deps: LoginDeps) {
  const { store, passwords, factors, sessions, now_ms } = deps
  const throttle = loginThrottle(now_ms)
  const steps = shortLived<Step>({ age_ms_max: STEP_MS_MAX, count_max: STEPS_MAX, now_ms })
  const accept = linkAcceptance(deps, throttle)
  const refuse = refuserOf(deps)

  /** The password, or the link, was right. */
  async function goOn(request: FastifyRequest, person: Person, via: Session['via']): Promise<LoggedIn> {
    if (person.factor === undefined) return enter(request, person, via)
    const step = newToken()
    const { id: personId, passwordHash } = person
    steps.keep(hashOf(step), { personId, via, passwordHash, triesLeft: TRIES_MAX })
    return { status: 'code', step }
  }
  async function enter(request: FastifyRequest, person: Person, via: Session['via']): Promise<LoggedIn> {
    await deps.audit.note({ who: whoOf(person), what: `login.${via}`, outcome: 'ok', request })
    await sessions.end(request)
    const { session, cookie } = await sessions.begin(request, person.id, via)
    const after = await store.changePerson(person.id, { loginAt_ms: now_ms() })
    return { status: 'in', person: after ?? person, session, cookie }
  }

  return {
    enter,
    /** @throws {AppError} LOGIN_FAILED, LOGIN_THROTTLED, LOGIN_BUSY */
    async password(request: FastifyRequest, given: { email: string; password: string }): Promise<LoggedIn> {
      const email = emailOf(given.email)
      const isKnown = await store.knowsAddress(email, request.ip)
      throttled(throttle.password(email, request.ip, isKnown))
      const person = await store.person({ email })
      // The same work whether or not there is such a person, so that the time of the answer says nothing.
      const isRight = await passwords.isRight(person?.passwordHash, given.password)
      if (!isRight || person === undefined || person.disabled || deps.isSsoOnly)
        return refuse('LOGIN_FAILED', 'login.failed', request, person)
      return goOn(request, person, 'password')
    },
    /** @throws {AppError} LOGIN_FAILED, LOGIN_THROTTLED */
    async code(request: FastifyRequest, given: { step: string; code: string }): Promise<LoggedIn> {
      const key = hashOf(given.step)
      const seen = steps.get(key)
      const person = seen === undefined ? undefined : await store.person({ id: seen.personId })
      const isStale = person?.disabled !== false || person.passwordHash !== seen?.passwordHash
      if (person === undefined || isStale) return refuse('LOGIN_FAILED', 'login.code.failed', request, person)
      throttled(throttle.code(person.id))
      // Before the code is looked at, so that what comes at the same time finds fewer tries.
      const step = steps.take(key)
      if (step === undefined) return refuse('LOGIN_FAILED', 'login.code.failed', request, person)
      if (step.triesLeft > 1) steps.keep(key, { ...step, triesLeft: step.triesLeft - 1 })
      if (!(await factors.accepts(person, given.code)))
        return refuse('LOGIN_FAILED', 'login.code.failed', request, person)
      steps.take(key)
      return enter(request, person, step.via)
    },
    /** @throws {AppError} LINK_INVALID */
    look: accept.look,
    /** @throws {AppError} LINK_INVALID, PASSWORD_WEAK, EMAIL_TAKEN, QUERY_INVALID */
    async link(request: FastifyRequest, given: LinkUse): Promise<LoggedIn> {
      return goOn(request, await accept.take(request, given), 'link')
    },
    /** The present password, before what is worth it. @throws {AppError} PASSWORD_WRONG, LOGIN_THROTTLED */
    async confirm(request: FastifyRequest, person: Person, password: string): Promise<void> {
      throttled(throttle.password(person.email, request.ip, true))
      if (!(await passwords.isRight(person.passwordHash, password)))
        await refuse('PASSWORD_WRONG', 'password.wrong', request, person)
    },
  }
}
export type LoginFlows = ReturnType<typeof loginFlows>

export type LinkUse = {
  readonly token: string
  readonly email?: string
  readonly name?: string
  readonly password: string
}

function linkAcceptance(deps: LoginDeps, throttle: LoginThrottle) {
  const { store, passwords, audit, now_ms } = deps

  async function find(token: string): Promise<Link> {
    const link = await store.link(hashOf(token))
    if (link === undefined || link.expiresAt_ms <= now_ms()) throw new AppError('LINK_INVALID')
    return link
  }
  /** Those of the command line are the way in when nothing else is. */
  const isAllowed = ({ kind, dropsFactor }: Link) => !deps.isSsoOnly || kind === 'set-up' || dropsFactor

  return {
    async look(token: string) {
      const link = await find(token)
      const person = link.personId === undefined ? undefined : await store.person({ id: link.personId })
      return { link, person }
    },
    /** The person whom the link makes, or whose password it sets. */
    async take(request: FastifyRequest, given: LinkUse): Promise<Person> {
      throttled(throttle.link(request.ip))
      const link = await find(given.token)
      if (!isAllowed(link))
        throw new AppError('NOT_ALLOWED', { problem: 'only single sign-on lets people in' })
      const known = link.personId === undefined ? undefined : await store.person({ id: link.personId })
      const person = known ?? newPerson(link, given, now_ms())
      await checkPassword(given.password, person)
      if (known === undefined && (await store.person({ email: person.email })) !== undefined)
        throw new AppError('EMAIL_TAKEN', { email: person.email })
      const passwordHash = await passwords.hash(given.password)
      await audit.note({ who: whoOf(person), what: `link.${link.kind}`, outcome: 'ok', request })
      // From here on nobody else has the link.
      if ((await store.takeLink(link.hash)) === undefined) throw new AppError('LINK_INVALID')
      if (known === undefined) return become(store, { ...person, passwordHash }, link)
      return renew(store, known, passwordHash, link)
    },
  }
}

async function become(store: AccessStore, person: Person, { kind, email }: Link): Promise<Person> {
  await store.addPerson(person)
  if (kind === 'set-up') await store.removeLinks({ kind: 'set-up' })
  if (email !== undefined) await store.removeLinks({ kind: 'invitation', email })
  return person
}

async function renew(store: AccessStore, known: Person, passwordHash: string, link: Link): Promise<Person> {
  if (link.dropsFactor) await store.setFactor(known.id, undefined)
  const change = { passwordHash, ...(link.dropsFactor ? { disabled: false } : {}) }
  const person = await store.changePerson(known.id, change)
  if (person === undefined || person.disabled) throw new AppError('LINK_INVALID')
  await store.removeLinks({ kind: 'reset', personId: known.id })
  await store.endSessions(known.id)
  return (await store.person({ id: known.id })) ?? person
}

/** @throws {AppError} QUERY_INVALID */
function newPerson(link: Link, given: LinkUse, now_ms: number): Person {
  const email = emailOf(link.email ?? given.email ?? '')
  if (email === '') throw new AppError('QUERY_INVALID', { parameter: 'email', problem: 'must be given' })
  return {
    id: newId('person'),
    email,
    name: given.name?.trim() || (email.split('@')[0] ?? email),
    role: link.role,
    personal: link.personal,
    disabled: false,
    passwordHash: undefined,
    factor: undefined,
    sso: undefined,
    createdAt_ms: now_ms,
    loginAt_ms: undefined,
  }
}

/** One address for one person, however it was written. */
export function emailOf(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase()
}

/** As the audit log names a person. */
export function whoOf({ id, name }: Person) {
  return { id, name, via: 'session' } as const
}

function refuserOf({ audit }: LoginDeps) {
  return async (
    code: ErrorCode,
    what: string,
    request: FastifyRequest,
    person: Person | undefined,
  ): Promise<never> => {
    const of = person === undefined ? {} : { of: { type: 'person', id: person.id } }
    await audit.note({ who: { name: 'nobody', via: 'nobody' }, what, ...of, outcome: code, request })
    throw new AppError(code)
  }
}

/** @throws {AppError} LOGIN_THROTTLED */
function throttled(wait_ms: number): void {
  if (wait_ms > 0) throw new AppError('LOGIN_THROTTLED', { wait_s: Math.ceil(wait_ms / 1_000) })
}
