import { randomUUID } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import { ROLES, type Role, TOKEN_DAYS_DEFAULT, TOKEN_DAYS_MAX } from '../../contract/roles.ts'
import type { TOKEN_STATES } from '../../contract/tokens.ts'
import { AppError } from '../../core/errors.ts'
import type { Caller } from '../admin/router.ts'
import type { AccessDb } from './access-db.ts'
import type { TokenTables } from './audit-schema.ts'
import { isToken, newToken, tokenBegin, tokenHash } from './token-text.ts'

const DAY_MS = 86_400_000
/** When a token was last used is known to the minute: a write for each request would cost more than the request. */
const USED_EVERY_MS = 60_000
/** More than anybody keeps an eye on. */
export const TOKENS_MAX = 1_000
/** Tokens that are good no more are shown for so long. */
const ENDED_KEPT_MS = 90 * DAY_MS

/** What whoever made a token may do now. */
export type Maker = { readonly role: Role; readonly personal: boolean; readonly disabled: boolean }
export type TokenDeps = {
  readonly now_ms: () => number
  /** Undefined: they are gone. */
  readonly maker: (personId: string) => Promise<Maker | undefined>
  /** That a token was used could not be written. */
  readonly onFault: (error: unknown) => void
}
export type NewToken = {
  readonly name: string
  readonly role: Role
  readonly personal?: boolean
  /** Null: never. */
  readonly expires_days?: number | null
}
export type TokenRow = Selectable<TokenTables['tokens']>
export type TokenState = (typeof TOKEN_STATES)[number]

/** The API tokens in `access.db`. Only their hashes are kept. */
export type Tokens = {
  /** The newest first. */
  readonly list: () => Promise<readonly TokenRow[]>
  /** @throws {AppError} TOKEN_TOO_MUCH, QUERY_INVALID when there are too many */
  readonly make: (asked: NewToken, by: Caller) => Promise<{ readonly row: TokenRow; readonly text: string }>
  /** Undefined where there is none of this id. One that was revoked before stays as it was. */
  readonly revoke: (id: string) => Promise<TokenRow | undefined>
  /** Who asks with this token, with no more rights than its maker has now. @throws {AppError} TOKEN_INVALID, TOKEN_EXPIRED */
  readonly find: (text: string) => Promise<Caller>
}

export function tokens(access: AccessDb, deps: TokenDeps): Tokens {
  const db = access.of<TokenTables>()
  const { now_ms, maker, onFault } = deps

  async function used({ id, used_ms }: TokenRow): Promise<void> {
    const now = now_ms()
    if (used_ms !== null && now - used_ms < USED_EVERY_MS) return
    await db.updateTable('tokens').set({ used_ms: now }).where('id', '=', id).execute().catch(onFault)
  }

  async function rights(text: string): Promise<{ readonly row: TokenRow; readonly caller: Caller }> {
    const row = isToken(text)
      ? await db.selectFrom('tokens').selectAll().where('hash', '=', tokenHash(text)).executeTakeFirst()
      : undefined
    if (row === undefined || row.revoked_ms !== null) throw new AppError('TOKEN_INVALID')
    if (stateOf(row, now_ms()) === 'expired') throw new AppError('TOKEN_EXPIRED')
    const made = row.person_id === null ? THE_SERVER : await maker(row.person_id)
    if (made === undefined || made.disabled) throw new AppError('TOKEN_INVALID')
    const { id, name } = row
    const may = { role: atMost(row.role, made.role), personal: row.personal === 1 && made.personal }
    return { row, caller: { name, via: 'token', id, ...may } }
  }

  async function find(text: string): Promise<Caller> {
    const { row, caller } = await rights(text)
    await used(row)
    return {
      ...caller,
      async holds() {
        const now = await rights(text).catch(gone)
        return now?.caller.role === caller.role && now.caller.personal === caller.personal
      },
    }
  }

  return {
    async list() {
      return db.selectFrom('tokens').selectAll().orderBy('made_ms', 'desc').orderBy('id').execute()
    },
    async make(asked, by) {
      const text = newToken()
      const row = newRow(asked, by, text, now_ms())
      await add(db, row)
      return { row, text }
    },
    async revoke(id) {
      await db
        .updateTable('tokens')
        .set({ revoked_ms: now_ms() })
        .where('id', '=', id)
        .where('revoked_ms', 'is', null)
        .execute()
      return db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst()
    },
    find,
  }
}

/** What was refused is gone; anything else is a fault. */
function gone(error: unknown): undefined {
  if (!(error instanceof AppError)) throw error
}

/** Whoever may write the data folder may do everything. */
const THE_SERVER: Maker = { role: 'admin', personal: true, disabled: false }

export function stateOf({ revoked_ms, expires_ms }: TokenRow, now_ms: number): TokenState {
  if (revoked_ms !== null) return 'revoked'
  return expires_ms !== null && expires_ms <= now_ms ? 'expired' : 'active'
}

function newRow(
  { name, role, personal = false, expires_days = TOKEN_DAYS_DEFAULT }: NewToken,
  by: Caller,
  text: string,
  now_ms: number,
): TokenRow {
  // What is revoked must leave nothing behind that it made.
  if (by.via === 'token') throw new AppError('TOKEN_TOO_MUCH', { by: 'a token makes no tokens' })
  if (atMost(role, by.role) !== role) throw new AppError('TOKEN_TOO_MUCH', { role })
  if (personal && !by.personal) throw new AppError('TOKEN_TOO_MUCH', { personal: 'true' })
  if (expires_days === null && by.role !== 'admin') {
    throw new AppError('TOKEN_TOO_MUCH', { expires_days: 'never', most: TOKEN_DAYS_MAX })
  }
  return {
    ...{ id: randomUUID(), hash: tokenHash(text), begins: tokenBegin(text), name, role },
    ...{ personal: personal ? 1 : 0, made_ms: now_ms, made_by: by.name },
    person_id: by.via === 'session' ? (by.id ?? null) : null,
    expires_ms: expires_days === null ? null : now_ms + expires_days * DAY_MS,
    ...{ used_ms: null, revoked_ms: null },
  }
}

async function add(db: Kysely<TokenTables>, row: TokenRow): Promise<void> {
  const { made_ms } = row
  await db.transaction().execute(async (tx) => {
    const ended_ms = made_ms - ENDED_KEPT_MS
    await tx
      .deleteFrom('tokens')
      .where((by) => by.or([by('revoked_ms', '<', ended_ms), by('expires_ms', '<', ended_ms)]))
      .execute()
    const { count } = await tx
      .selectFrom('tokens')
      .select((by) => by.fn.countAll<number>().as('count'))
      .where('revoked_ms', 'is', null)
      .where((by) => by.or([by('expires_ms', 'is', null), by('expires_ms', '>', made_ms)]))
      .executeTakeFirstOrThrow()
    if (count >= TOKENS_MAX) {
      throw new AppError('QUERY_INVALID', {
        parameter: 'tokens',
        problem: `are over the limit of ${TOKENS_MAX}`,
      })
    }
    await tx.insertInto('tokens').values(row).execute()
  })
}

function atMost(role: Role, most: Role): Role {
  return ROLES.indexOf(role) <= ROLES.indexOf(most) ? role : most
}
