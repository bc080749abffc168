import type { Static } from 'typebox'
import type { ApiToken } from '../../contract/tokens.ts'
import { AppError } from '../../core/errors.ts'
import type { AdminRouter, Caller } from '../admin/router.ts'
import { stateOf, type TokenRow, type Tokens } from './tokens.ts'

export type TokenRouteDeps = { readonly tokens: Tokens; readonly now_ms: () => number }

/** API tokens: an admin sees and revokes all of them, others their own. */
export function tokenRoutes({ on }: AdminRouter, { tokens, now_ms }: TokenRouteDeps): void {
  const show = (row: TokenRow, who: Caller) => shown(row, who, now_ms())

  on('GET /admin/v1/tokens', async ({ who }) => {
    const rows = await tokens.list()
    return { tokens: rows.filter((row) => mayKnow(who, row)).map((row) => show(row, who)) }
  })
  on('POST /admin/v1/tokens', async ({ body, who, note }) => {
    const { row, text } = await tokens.make(body, who)
    const token = show(row, who)
    note({ of: { type: 'token', id: row.id }, after: noted(token) })
    return { token, text }
  })
  on('DELETE /admin/v1/tokens/:id', async ({ params: { id }, who, note }) => {
    const known = (await tokens.list()).find((row) => row.id === id)
    if (known === undefined || !mayKnow(who, known)) throw new AppError('NOT_FOUND', { token: id })
    const row = await tokens.revoke(id)
    if (row === undefined) throw new AppError('NOT_FOUND', { token: id })
    note({ before: noted(show(known, who)) })
    return { token: show(row, who) }
  })
}

function mayKnow(who: Caller, row: TokenRow): boolean {
  return who.role === 'admin' || isOwn(who, row)
}

/** Of a person what they made, and of a token itself. */
function isOwn({ via, id }: Caller, row: TokenRow): boolean {
  if (via === 'token') return row.id === id
  return via === 'session' ? row.person_id === id : row.person_id === null
}

function shown(row: TokenRow, who: Caller, now_ms: number): Static<typeof ApiToken> {
  const { id, name, begins, role, personal, made_by, person_id, expires_ms, used_ms, revoked_ms } = row
  const at = <Name extends string>(key: Name, ms: number | null) =>
    (ms === null ? {} : { [key]: new Date(ms).toISOString() }) as { [K in Name]?: string }
  return {
    ...{ id, name, begins, role, personal: personal === 1, state: stateOf(row, now_ms) },
    madeBy: { name: made_by, ...(person_id === null ? {} : { id: person_id }) },
    ...{ own: isOwn(who, row), madeAt: new Date(row.made_ms).toISOString() },
    ...at('expiresAt', expires_ms),
    ...at('usedAt', used_ms),
    ...at('revokedAt', revoked_ms),
  }
}

/** What the audit log says of it. */
function noted({ name, begins, role, personal, expiresAt }: Static<typeof ApiToken>) {
  return { name, begins, role, personal, expiresAt: expiresAt ?? 'never' }
}
