import assert from 'node:assert/strict'
import { hash, verify } from '@node-rs/argon2'
import type { InjectOptions } from 'fastify'
import type { AuditNote } from '../admin/audit-note.ts'
import { adminRouter } from '../admin/router.ts'
import { httpListener } from '../http/listener.ts'
import { person } from './access.fixtures.ts'
import { accessFor } from './access.ts'
import type { Person } from './access-store.ts'
import { factorKeeper } from './factor-keeper.ts'
import { firstLink, makeLink } from './links.ts'
import { loginFlows } from './login.ts'
import { loginRoutes } from './login-routes.ts'
import { memoryAccessStore } from './memory-store.ts'
import { ownRoutes } from './own-routes.ts'
import { passwordHasher } from './passwords.ts'
import { peopleRoutes } from './people-routes.ts'
import { sessionsOf } from './sessions.ts'

export const HOUR_MS = 3_600_000
export const PASSWORD = 'river-lantern-42-moss'
export const LIMITS = { idle_ms_max: 8 * HOUR_MS, age_ms_max: 168 * HOUR_MS }
const PAGES = 'http://localhost:4001'

export type World = ReturnType<typeof accessWorld>
type Sent = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly from?: string
}

/** People and login over a listener, with a clock that a test moves and a store in memory. */
export function accessWorld({ isSsoOnly = false, canMail = false, hasGroupRoles = false } = {}) {
  const clock = { now_ms: Date.UTC(2026, 0, 1) }
  const now_ms = () => clock.now_ms
  const store = memoryAccessStore()
  const notes: AuditNote[] = []
  const mails: { to: string; subject: string; text: string }[] = []
  const verified: string[] = []
  const audit = { note: async (note: AuditNote) => void notes.push(note) }
  const passwords = passwordHasher({
    hash,
    verify(hashed, password) {
      verified.push(String(hashed).replace(/\$[^$]+\$[^$]+$/, ''))
      return verify(hashed, password)
    },
  })
  const sessions = sessionsOf({ store, limits: LIMITS, now_ms })
  const factors = factorKeeper({ store, sealer: undefined, now_ms })
  const login = loginFlows({ store, sessions, passwords, factors, audit, now_ms, isSsoOnly })
  const server = httpListener({ body_bytes_max: 100_000, onFault: (error) => assert.fail(String(error)) })
  const router = adminRouter(server, accessFor({ sessions, store }))
  loginRoutes(router, { store, sessions, login, audit, isOn: true, isSsoOnly, ssoName: undefined })
  ownRoutes(router, { store, sessions, passwords, factors, login })
  const mail = canMail
    ? async (to: string, subject: string, text: string) => {
        mails.push({ to, subject, text })
        return !to.startsWith('gone@')
      }
    : undefined
  peopleRoutes(router, { store, sessions, now_ms, pagesUrl: () => PAGES, mail, hasGroupRoles })
  // One of each need, as the rest of the API has.
  router.on('GET /admin/v1/status', (() => ({ seen: true })) as never)
  router.on('PUT /admin/v1/alerts', (() => ({ change: 1 })) as never)
  const world = { server, store, clock, notes, mails, verified, passwords, sessions, login, factors, audit }
  return {
    ...world,
    browser: (from?: string) => browser(world, from),
    firstLink: async () => String(await firstLink(store, now_ms())),
    makeLink: async (link: Parameters<typeof makeLink>[1]) => (await makeLink(store, link, now_ms())).token,
    /** Somebody who can log in with `PASSWORD`. */
    async add(id: string, given: Partial<Person> = {}): Promise<Person> {
      const one = person(id, { passwordHash: await hashed(passwords), createdAt_ms: clock.now_ms, ...given })
      await store.addPerson(one)
      return one
    },
    end: () => server.close(),
  }
}

let known: string | undefined
/** Of `PASSWORD`, made once. */
async function hashed(passwords: { hash: (password: string) => Promise<string> }): Promise<string> {
  known ??= await passwords.hash(PASSWORD)
  return known
}

export type Browser = ReturnType<typeof browser>

/** Keeps its cookie, and says where its pages are from, as a browser does. */
function browser({ server }: { server: ReturnType<typeof httpListener> }, address = '192.0.2.1') {
  let cookie: string | undefined
  async function send(path: string, { method, body, headers = {}, from = address }: Sent = {}) {
    const asked: InjectOptions = {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      url: `/admin/v1${path}`,
      remoteAddress: from,
      headers: {
        host: 'localhost:4001',
        'user-agent': 'Test browser',
        'sec-fetch-site': 'same-origin',
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    }
    const answer = await server.inject(asked)
    const set = [answer.headers['set-cookie'] ?? []].flat().find((one) => one.includes('millrace_session='))
    if (set !== undefined) cookie = set.includes('Max-Age=0') ? undefined : set.split(';', 1)[0]
    const json = answer.json() as Record<string, unknown> & { error?: { code: string; details: object } }
    return {
      status: answer.statusCode,
      headers: answer.headers,
      json,
      code: json.error?.code,
      details: json.error?.details,
    }
  }
  return {
    send,
    cookie: () => cookie,
    steal(other: string | undefined): void {
      cookie = other
    },
    /** Sends, and holds what comes back to be well. */
    async ask(path: string, sent: Sent = {}) {
      const { status, json } = await send(path, sent)
      assert.ok(status < 300, `${path}: ${status} ${JSON.stringify(json)}`)
      return json
    },
    /** The code of the error. */
    refused: async (path: string, sent: Sent = {}) => (await send(path, sent)).code,
    logIn: (email: string, password = PASSWORD) => send('/login', { body: { email, password } }),
  }
}
