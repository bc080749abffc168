import type { Json } from '../core/event.ts'
import { NOT_PERSONAL } from './personal.ts'
import { exactly, next, oneOf, paging, route, time } from './route.ts'
import { Type } from './type.ts'

export const AUDIT_VIA = ['machine', 'session', 'token', 'nobody', 'system'] as const
export const AUDIT_FORMATS = ['ndjson', 'csv'] as const

/** One thing that somebody did, or was refused. */
export const AuditEntry = exactly({
  id: Type.Integer({ description: 'Rises; gaps are where a request was answered and then noted' }),
  at: time('When it was asked.'),
  who: exactly({
    name: Type.String(),
    id: Type.Optional(Type.String({ description: 'Of the person or the token' })),
    via: oneOf(AUDIT_VIA, 'machine: login is off; system: the server itself'),
  }),
  address: Type.Optional(Type.String({ description: 'Where the request came from' })),
  agent: Type.Optional(Type.String({ description: 'The browser or program, as it calls itself' })),
  request: Type.Optional(Type.String({ description: 'The id of the request' })),
  what: Type.String({ description: 'A route, or a word such as login.failed' }),
  of: Type.Optional(exactly({ type: Type.String(), id: Type.String() })),
  outcome: Type.String({
    description:
      'ok, the code of an error, or unfinished: it was begun, and the server stopped before it said how it ended',
  }),
  change: Type.Optional(Type.Integer({ description: 'The change of the configuration that it made' })),
  before: Type.Optional(Type.Unsafe<Json>({ ...NOT_PERSONAL, description: 'Secrets are ***' })),
  after: Type.Optional(Type.Unsafe<Json>({ ...NOT_PERSONAL, description: 'Secrets are ***' })),
  hash: Type.String({ description: 'SHA-256 over the hash before it and what is said here' }),
})

const filters = {
  who: Type.Optional(Type.String({ maxLength: 200, description: 'A name or an id' })),
  what: Type.Optional(
    Type.String({ maxLength: 200, description: 'Begins so: login, or PATCH /admin/v1/sources' }),
  ),
  type: Type.Optional(Type.String({ maxLength: 100, description: 'Of what it was done to, such as source' })),
  of: Type.Optional(Type.String({ maxLength: 200, description: 'The id of what it was done to' })),
  outcome: Type.Optional(
    Type.String({ maxLength: 100, description: 'ok, refused for all that are not, or a code' }),
  ),
  from: Type.Optional(time('At or after.')),
  to: Type.Optional(time('Before.')),
}

export const auditRoutes = {
  'GET /admin/v1/audit': route({
    needs: 'manage',
    summary: 'Who did what, newest first',
    query: exactly({ ...filters, ...paging }),
    answer: exactly({ entries: Type.Array(AuditEntry), next }),
  }),
  'GET /admin/v1/audit/export': route({
    needs: 'manage',
    summary: 'The same as a file, oldest first, all of it; that it was taken is noted',
    query: exactly({ ...filters, format: Type.Optional(oneOf(AUDIT_FORMATS)) }),
    answer: undefined,
    files: ['application/x-ndjson', 'text/csv'],
    noted: true,
  }),
} as const
