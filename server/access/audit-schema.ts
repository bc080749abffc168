import type { Role } from '../../contract/route.ts'
import type { Migration } from '../sqlite/migrate.ts'

/** The tables of tokens and of the audit log, as Kysely sees them. `1` is yes; times are milliseconds since 1970. */
export type TokenTables = {
  tokens: {
    id: string
    /** SHA-256 of the token. */
    hash: string
    begins: string
    name: string
    role: Role
    personal: number
    made_ms: number
    made_by: string
    /** Null: made on the server itself, or while login was off. */
    person_id: string | null
    expires_ms: number | null
    used_ms: number | null
    revoked_ms: number | null
  }
}
export type AuditRow = {
  number: number
  at_ms: number
  /** The number of the row that says that it was begun. */
  ends: number | null
  who: string
  who_id: string | null
  via: string
  address: string | null
  agent: string | null
  request: string | null
  what: string
  of_type: string | null
  of_id: string | null
  outcome: string
  change: number | null
  before: string | null
  after: string | null
  hash: string
}
export type AuditTables = {
  audit: AuditRow
  /** The last row that was removed: the chain goes on from there. */
  audit_checkpoint: { id: 1; number: number; hash: string }
}

export const TOKENS_AND_AUDIT: Migration = {
  name: 'tokens, and the audit log',
  sql: `
    create table tokens (
      id text primary key,
      hash text not null unique,
      begins text not null,
      name text not null,
      role text not null,
      personal integer not null check (personal in (0, 1)),
      made_ms real not null,
      made_by text not null,
      person_id text,
      expires_ms real,
      used_ms real,
      revoked_ms real
    ) strict, without rowid;

    create table audit (
      number integer primary key,
      at_ms real not null,
      ends integer,
      who text not null,
      who_id text,
      via text not null,
      address text,
      agent text,
      request text,
      what text not null,
      of_type text,
      of_id text,
      outcome text not null,
      "change" integer,
      "before" text,
      "after" text,
      hash text not null
    ) strict;
    create index audit_by_end on audit (ends) where ends is not null;
    create index audit_by_who on audit (who_id, number);
    create index audit_by_thing on audit (of_type, of_id, number);

    create table audit_checkpoint (
      id integer primary key check (id = 1),
      number integer not null,
      hash text not null
    ) strict;

    -- Only what a checkpoint stands for may go, and nothing may change.
    create trigger audit_is_not_changed before update on audit begin
      select raise(abort, 'the audit log is append-only');
    end;
    create trigger audit_is_not_cut before delete on audit
      when old.number > coalesce((select number from audit_checkpoint), 0) begin
      select raise(abort, 'the audit log is append-only');
    end;
  `,
}
