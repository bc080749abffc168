import type { FastifyRequest } from 'fastify'
import type { AccessStore, Person, Session } from './access-store.ts'
import { cookieText, readCookie } from './cookies.ts'
import { hashOf, newId, newToken } from './random-token.ts'

const COOKIE = 'millrace_session'
/** The use of a session is noted to the minute: a write for every request would be too many. */
const NOTED_EVERY_MS = 60_000
const AGENT_CHARS_MAX = 300

export type SessionLimits = {
  /** A session that is not used for so long ends. */
  readonly idle_ms_max: number
  /** Every session ends after this at the latest. */
  readonly age_ms_max: number
}
export type Found = { readonly session: Session; readonly person: Person }

export type Sessions = {
  /** Of the request's cookie, as it stands now. */
  readonly find: (request: FastifyRequest) => Promise<Found | undefined>
  /** Whether it goes on, without counting as use: for a stream. */
  readonly holds: (found: Found) => Promise<boolean>
  /** Begins one, under a new token; gives the cookie. */
  readonly begin: (
    request: FastifyRequest,
    personId: string,
    via: Session['via'],
  ) => Promise<{ readonly session: Session; readonly cookie: string }>
  /** Ends that of the request; gives the cookie that takes its own back. */
  readonly end: (request: FastifyRequest) => Promise<string>
  readonly expiresAt_ms: (session: Session) => number
  /** Removes those that are over. */
  readonly trim: () => Promise<number>
}

type Deps = {
  readonly store: AccessStore
  readonly limits: SessionLimits
  readonly now_ms: () => number
}

/** Sessions of 256-bit tokens in a cookie; only hashes are kept. OWASP ASVS 5.0, chapter 7. */
export function sessionsOf({ store, limits, now_ms }: Deps): Sessions {
  const isOver = ({ createdAt_ms, usedAt_ms }: Session): boolean =>
    now_ms() - createdAt_ms > limits.age_ms_max || now_ms() - usedAt_ms > limits.idle_ms_max

  async function live(hash: string): Promise<Found | undefined> {
    const found = await store.session(hash)
    if (found === undefined || isOver(found.session) || found.person.disabled) return undefined
    return found
  }
  return {
    async find(request) {
      const token = readCookie(request, COOKIE)
      if (token === undefined || token === '') return undefined
      const found = await live(hashOf(token))
      if (found === undefined) return undefined
      const { hash, usedAt_ms, address } = found.session
      if (now_ms() - usedAt_ms >= NOTED_EVERY_MS || address !== request.ip)
        await store.touchSession(hash, { at_ms: now_ms(), address: request.ip })
      return found
    },
    async holds({ session, person }) {
      const now = await live(session.hash)
      return now?.person.role === person.role && now.person.personal === person.personal
    },
    async begin(request, personId, via) {
      const token = newToken()
      const at_ms = now_ms()
      const agent = String(request.headers['user-agent'] ?? '').slice(0, AGENT_CHARS_MAX)
      const named = { hash: hashOf(token), id: newId('session'), personId, via }
      const session = { ...named, createdAt_ms: at_ms, usedAt_ms: at_ms, address: request.ip, agent }
      await store.addSession(session)
      return { session, cookie: cookieOf(request, token, Math.floor(limits.age_ms_max / 1_000)) }
    },
    async end(request) {
      const token = readCookie(request, COOKIE)
      const found = token === undefined ? undefined : await store.session(hashOf(token))
      if (found !== undefined) await store.endSessions(found.person.id, { id: found.session.id })
      return cookieOf(request, '', 0)
    },
    expiresAt_ms: ({ createdAt_ms }) => createdAt_ms + limits.age_ms_max,
    trim: () =>
      store.trimSessions({
        created_ms: now_ms() - limits.age_ms_max,
        used_ms: now_ms() - limits.idle_ms_max,
      }),
  }
}

function cookieOf({ protocol }: FastifyRequest, value: string, age_s_max: number): string {
  return cookieText({ name: COOKIE, value, sameSite: 'Strict', isSecure: protocol === 'https', age_s_max })
}
