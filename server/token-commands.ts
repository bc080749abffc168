import { AppError } from '../core/errors.ts'
import type { AccessDb } from './access/access-db.ts'
import { auditLog } from './access/audit.ts'
import { stateOf, tokens } from './access/tokens.ts'
import type { Caller } from './admin/router.ts'
import type { AuditDeps } from './cli/audit.ts'
import type { TokenDeps } from './cli/token.ts'
import { withAccess } from './people-commands.ts'

const WHO = { name: 'the command line', via: 'system' } as const
/** Whoever may write the data folder may do everything anyway. */
const BY: Caller = { ...WHO, via: 'machine', role: 'admin', personal: true }

const now_ms = Date.now
const fail = (error: unknown) => {
  throw error
}
const auditOf = (db: AccessDb) => auditLog(db, { now_ms, onFault: () => {} })
const tokensOf = (db: AccessDb) => tokens(db, { now_ms, maker: async () => undefined, onFault: fail })

/** Tokens and the audit log of a data folder, also while a server uses it. What is done is noted. */
export const tokenCommands: TokenDeps = {
  create: (at, wanted) =>
    withAccess(at, async (db) => {
      const end = await auditOf(db).begin({ who: WHO, what: 'token.create', after: { ...wanted } })
      const { row, text } = await tokensOf(db).make(wanted, BY)
      await end('ok', { of: { type: 'token', id: row.id } })
      return { id: row.id, text }
    }),
  list: (at) =>
    withAccess(at, async (db) =>
      (await tokensOf(db).list()).map((row) => {
        const { id, begins, name, role, expires_ms: expiresAt_ms, used_ms: usedAt_ms } = row
        return { id, begins, name, role, expiresAt_ms, usedAt_ms, state: stateOf(row, now_ms()) }
      }),
    ),
  revoke: (at, id) =>
    withAccess(at, async (db) => {
      const known = tokensOf(db)
      if (!(await known.list()).some((row) => row.id === id)) throw new AppError('NOT_FOUND', { token: id })
      await auditOf(db).note({ who: WHO, what: 'token.revoke', of: { type: 'token', id }, outcome: 'ok' })
      await known.revoke(id)
    }),
}
export const auditCommands: AuditDeps = {
  verify: (at, expected) => withAccess(at, (db) => auditOf(db).verify(expected)),
}
