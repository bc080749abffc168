import type { Role } from '../../contract/route.ts'
import type { SealedColumn } from '../secrets/sealed-columns.ts'
import type { Migration } from '../sqlite/migrate.ts'
import { TOKENS_AND_AUDIT } from './audit-schema.ts'

/** The tables of people and what they log in with, as Kysely sees them. `1` is yes; times are milliseconds since 1970. */
export type PeopleTables = {
  people: {
    id: string
    email: string
    name: string
    role: Role
    personal: number
    disabled: number
    /** A PHC string of argon2id. */
    password_hash: string | null
    /** Sealed. */
    factor_secret: string | null
    /** The newest time step whose code was used: no code is good twice. */
    factor_step: number
    /** The issuer and the subject of single sign-on, with a space between them. */
    sso: string | null
    created_ms: number
    login_ms: number | null
  }
  sessions: {
    /** SHA-256 of the cookie's token. */
    hash: string
    id: string
    person_id: string
    via: 'password' | 'sso' | 'link'
    created_ms: number
    used_ms: number
    address: string
    agent: string
  }
  /** Links that are good once: set-up, invitation, a new password. */
  links: {
    hash: string
    id: string
    kind: 'set-up' | 'invitation' | 'reset'
    email: string | null
    role: Role
    personal: number
    person_id: string | null
    drops_factor: number
    by: string
    created_ms: number
    expires_ms: number
  }
  recovery_codes: { person_id: string; hash: string }
  access_settings: { name: string; value: string }
}

/** What is sealed in this file, with the keys of `store.db`. */
export const ACCESS_SEALED: readonly SealedColumn[] = [
  { table: 'people', column: 'factor_secret', key: 'id' },
]

/** Never change one that has been released: add another. */
export const ACCESS_MIGRATIONS: readonly Migration[] = [
  {
    name: 'people, sessions, links',
    sql: `
      create table people (
        id text primary key,
        email text not null unique,
        name text not null,
        role text not null,
        personal integer not null check (personal in (0, 1)),
        disabled integer not null check (disabled in (0, 1)),
        password_hash text,
        factor_secret text,
        factor_step integer not null,
        sso text unique,
        created_ms real not null,
        login_ms real
      ) strict;

      create table sessions (
        hash text primary key,
        id text not null unique,
        person_id text not null references people (id) on delete cascade,
        via text not null,
        created_ms real not null,
        used_ms real not null,
        address text not null,
        agent text not null
      ) strict, without rowid;
      create index sessions_by_person on sessions (person_id);

      create table links (
        hash text primary key,
        id text not null unique,
        kind text not null,
        email text,
        role text not null,
        personal integer not null check (personal in (0, 1)),
        person_id text references people (id) on delete cascade,
        drops_factor integer not null check (drops_factor in (0, 1)),
        "by" text not null,
        created_ms real not null,
        expires_ms real not null
      ) strict, without rowid;

      create table recovery_codes (
        person_id text not null references people (id) on delete cascade,
        hash text not null,
        primary key (person_id, hash)
      ) strict, without rowid;

      create table access_settings (
        name text primary key,
        value text not null check (json_valid(value))
      ) strict, without rowid;
    `,
  },
  TOKENS_AND_AUDIT,
]
