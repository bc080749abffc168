import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import type { Configuration } from '../../core/configuration.ts'
import { startApp } from '../../server/app.ts'
import { readServerConfig } from '../../server/config.ts'

/** What identifies a caller: nothing, a cookie, or a token. */
export type Caller = Readonly<Record<string, string>>
export type Answer = { readonly status: number; readonly body: string; readonly headers: Headers }
type Headers = Readonly<Record<string, string | string[] | undefined>>
export type Asked = { readonly body?: unknown; readonly as?: Caller; readonly accept?: string }

const PASSWORD = 'correct horse battery staple 42'

/** A whole server with login on, in a folder of its own, and those who may use it. */
export async function startServer(configuration: Configuration) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-access-'))
  const config = readServerConfig(
    {
      ...{ data: folder, port: '0', 'admin-port': '0', login: 'on', 'allow-private': 'loopback' },
      // So that its routes are there; nobody is asked.
      ...{ 'oidc-issuer': 'http://127.0.0.1:9/', 'oidc-client-id': 'millrace' },
    },
    {},
  )
  let server: FastifyInstance | undefined
  const app = await startApp({
    ...{ config, version: '1', logger: pino({ level: 'silent' }), configuration },
    async extend(admin) {
      server = admin
    },
  })
  const { adminUrl = '' } = app
  const ask = asker(adminUrl)
  return {
    ...{ ask, url: app.url, adminUrl, folder },
    /** Every route of the admin port, contract or not: `GET /assets/:file`. */
    routes: () => routesOf(server?.printRoutes({ commonPrefix: false }) ?? ''),
    /** Changes the file behind the server's back: time passes, mostly. */
    change(sql: string, ...values: readonly (string | number)[]): void {
      const db = new DatabaseSync(join(folder, 'access.db'), { timeout: 5_000 })
      db.prepare(sql).run(...values)
      db.close()
    },
    /** The first admin, by the link that the server printed. */
    firstAdmin: () => enterBy(ask, app.setUpUrl ?? '', 'ada@example.com'),
    async person(admin: Caller, email: string, role: string, personal = false): Promise<Caller> {
      const invited = await ask('POST', '/admin/v1/invitations', {
        as: admin,
        body: { email, role, personal },
      })
      return enterBy(ask, (JSON.parse(invited.body) as { link: string }).link, email)
    },
    async token(as: Caller, role: string, more: object = {}) {
      const made = await ask('POST', '/admin/v1/tokens', {
        as,
        body: { name: `${role} token`, role, ...more },
      })
      const { token, text } = JSON.parse(made.body) as { token: { id: string }; text: string }
      return { id: token.id, text, caller: { authorization: `Bearer ${text}` } }
    },
    async stop(): Promise<void> {
      await app.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
export type TestServer = Awaited<ReturnType<typeof startServer>>
type Ask = ReturnType<typeof asker>

async function enterBy(ask: Ask, link: string, email: string): Promise<Caller> {
  const token = link.split('#')[1] ?? ''
  const body = { token, email, name: email.split('@')[0], password: PASSWORD }
  const answer = await ask('POST', '/admin/v1/links/use', { body })
  const [cookie = ''] = answer.headers['set-cookie'] ?? []
  if (cookie === '') throw new Error(`No session: ${answer.status} ${answer.body}`)
  return { cookie: cookie.split(';', 1)[0] ?? '' }
}

/** Sends an address as it is written: `fetch` would put `//` and `..` right. */
function asker(adminUrl: string) {
  const { hostname, port } = new URL(adminUrl)
  return (method: string, path: string, { body, as = {}, accept }: Asked = {}): Promise<Answer> => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers = {
      ...as,
      ...(accept === undefined ? {} : { accept }),
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(text.length) }),
    }
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers }, (answer) => {
        const { statusCode: status = 0, headers } = answer
        // A stream of events has no end: its beginning says enough.
        if (String(headers['content-type']).startsWith('text/event-stream')) {
          answer.once('data', (chunk) => {
            answer.destroy()
            resolve({ status, headers, body: String(chunk) })
          })
          return
        }
        const parts: Buffer[] = []
        answer.on('data', (part) => parts.push(part))
        answer.on('end', () => resolve({ status, headers, body: Buffer.concat(parts).toString() }))
      })
      sent.on('error', reject)
      sent.end(text)
    })
  }
}

/** Reads the tree that Fastify prints: `├── /admin/v1/people (GET, HEAD)`. */
function routesOf(tree: string): readonly string[] {
  const routes: string[] = []
  const parents: string[] = []
  for (const line of tree.split('\n')) {
    const [, indent = '', path = '', methods] = /^([│ ]*(?:├──|└──) )(\S+)(?: \(([^)]*)\))?$/.exec(line) ?? []
    if (path === '') continue
    const depth = indent.length / 4
    parents[depth] = `${parents[depth - 1] ?? ''}${path}`
    for (const method of methods?.split(', ') ?? []) routes.push(`${method} ${parents[depth]}`)
  }
  return routes
}
