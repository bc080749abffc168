import { existsSync } from 'node:fs'
import { AppError } from '../core/errors.ts'
import type { AccessDb } from './access/access-db.ts'
import type { AccessStore } from './access/access-store.ts'
import { auditLog } from './access/audit.ts'
import { linkUrl, makeLink, type NewLink } from './access/links.ts'
import { emailOf } from './access/login.ts'
import { openAccess } from './access/open.ts'
import { sqliteAccessStore } from './access/sqlite-store.ts'
import type { AdminFlags, AdminLink, ListedPerson } from './cli/admin.ts'
import { readServerConfig } from './config.ts'

const BY = 'the command line'

/** Everybody who can log in, by e-mail address. @throws {AppError} CONFIG_UNREADABLE */
export function listPeople(flags: AdminFlags): Promise<readonly ListedPerson[]> {
  return withStore(flags, async (store) => {
    const people = await store.people()
    return people.map(({ email, name, role, disabled, factor, loginAt_ms }) => {
      return { email, name, role, disabled, hasFactor: factor !== undefined, loginAt_ms }
    })
  })
}

/**
 * A link that makes an admin, or one by which a person sets a new password, loses the second factor and is enabled. Whoever
 * can write the data folder may do everything anyway. A server that runs takes the link at once.
 *
 * @throws {AppError} NOT_FOUND, CONFIG_UNREADABLE
 */
export function resetLink(flags: AdminFlags, email: string | undefined, now_ms: number): Promise<AdminLink> {
  return withAccess(flags, async (db) => {
    const store = sqliteAccessStore(db)
    const link = await wanted(store, email)
    const of = link.personId === undefined ? {} : { of: { type: 'person', id: link.personId } }
    await auditLog(db, { now_ms: () => now_ms, onFault: () => {} }).note({
      ...{ who: { name: BY, via: 'system' }, what: `admin.${link.kind}`, outcome: 'ok', ...of },
    })
    const { token, link: made } = await makeLink(store, link, now_ms)
    const { adminPort } = configOf(flags)
    return { url: linkUrl(`http://127.0.0.1:${adminPort}`, token), expiresAt_ms: made.expiresAt_ms }
  })
}

async function wanted(store: AccessStore, given: string | undefined): Promise<NewLink> {
  if (given === undefined) return { kind: 'set-up', role: 'admin', by: BY }
  const email = emailOf(given)
  const person = await store.person({ email })
  if (person === undefined) throw new AppError('NOT_FOUND', { person: email })
  return { kind: 'reset', email, role: person.role, personId: person.id, dropsFactor: true, by: BY }
}

function withStore<Result>(flags: AdminFlags, work: (store: AccessStore) => Promise<Result>) {
  return withAccess(flags, (db) => work(sqliteAccessStore(db)))
}

/** The file of people, tokens and what was done, of a data folder that is there, or in PostgreSQL. @throws {AppError} CONFIG_UNREADABLE */
export async function withAccess<Result>(flags: AdminFlags, work: (db: AccessDb) => Promise<Result>) {
  const { dataFolder, postgres } = configOf(flags)
  // Opening would make an empty one, and a folder that was misspelt would look like one with nobody in it.
  if (postgres.url === undefined && !existsSync(dataFolder))
    throw new AppError('CONFIG_UNREADABLE', { file: dataFolder, problem: 'is no folder' })
  const db = await openAccess(`${dataFolder}/access.db`, postgres)
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

function configOf(flags: AdminFlags) {
  return readServerConfig(flags)
}
