import type { Kysely, Selectable } from 'kysely'
import type { PeopleTables } from './access-schema.ts'
import type { AccessStore, Link, LinkFilter } from './access-store.ts'

/** Links that are good once, in SQLite. */
export function linkTable(
  db: Kysely<PeopleTables>,
): Pick<AccessStore, 'addLink' | 'link' | 'takeLink' | 'links' | 'removeLinks'> {
  return {
    async addLink(link) {
      await db.insertInto('links').values(rowOf(link)).execute()
    },
    async link(hash) {
      const row = await db.selectFrom('links').selectAll().where('hash', '=', hash).executeTakeFirst()
      return row === undefined ? undefined : linkOf(row)
    },
    async takeLink(hash) {
      const row = await db.deleteFrom('links').where('hash', '=', hash).returningAll().executeTakeFirst()
      return row === undefined ? undefined : linkOf(row)
    },
    async links(kind) {
      const rows = await db
        .selectFrom('links')
        .selectAll()
        .where('kind', '=', kind)
        .orderBy('created_ms', 'desc')
        .execute()
      return rows.map(linkOf)
    },
    async removeLinks(which) {
      let removing = db.deleteFrom('links')
      for (const [name, column] of COLUMNS) {
        const value = which[name]
        if (value !== undefined) removing = removing.where(column, '=', value)
      }
      if (which.expired_ms !== undefined) removing = removing.where('expires_ms', '<=', which.expired_ms)
      return Number((await removing.executeTakeFirst()).numDeletedRows)
    },
  }
}

const COLUMNS = [
  ['id', 'id'],
  ['kind', 'kind'],
  ['email', 'email'],
  ['personId', 'person_id'],
] as const satisfies readonly (readonly [keyof LinkFilter, keyof PeopleTables['links']])[]

function linkOf(row: Selectable<PeopleTables['links']>): Link {
  return {
    hash: row.hash,
    id: row.id,
    kind: row.kind,
    email: row.email ?? undefined,
    role: row.role,
    personal: row.personal === 1,
    personId: row.person_id ?? undefined,
    dropsFactor: row.drops_factor === 1,
    by: row.by,
    createdAt_ms: row.created_ms,
    expiresAt_ms: row.expires_ms,
  }
}

function rowOf(link: Link) {
  return {
    hash: link.hash,
    id: link.id,
    kind: link.kind,
    email: link.email ?? null,
    role: link.role,
    personal: Number(link.personal),
    person_id: link.personId ?? null,
    drops_factor: Number(link.dropsFactor),
    by: link.by,
    created_ms: link.createdAt_ms,
    expires_ms: link.expiresAt_ms,
  }
}
