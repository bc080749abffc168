import type { Selectable, Updateable } from 'kysely'
import type { PeopleTables } from './access-schema.ts'
import type { Person } from './access-store.ts'

/** A row of `people`. */
export function personOf(row: Selectable<PeopleTables['people']>): Person {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    personal: row.personal === 1,
    disabled: row.disabled === 1,
    passwordHash: row.password_hash ?? undefined,
    factor: row.factor_secret ?? undefined,
    sso: row.sso ?? undefined,
    createdAt_ms: row.created_ms,
    loginAt_ms: row.login_ms ?? undefined,
  }
}

/** What may change. */
export function rowOf(person: Person): Updateable<PeopleTables['people']> {
  return {
    email: person.email,
    name: person.name,
    role: person.role,
    personal: Number(person.personal),
    disabled: Number(person.disabled),
    password_hash: person.passwordHash ?? null,
    sso: person.sso ?? null,
    login_ms: person.loginAt_ms ?? null,
  }
}
