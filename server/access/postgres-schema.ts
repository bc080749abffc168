import type { PostgresMigration } from '../postgres/migrate.ts'

/** The tables of `access-schema.ts` and `audit-schema.ts`, as PostgreSQL wants them. A released migration is never changed. */
export const ACCESS_POSTGRES_MIGRATIONS: readonly PostgresMigration[] = [
  {
    name: 'people, sessions, links, tokens, and the audit log',
    sql: `
      create table people (
        id text primary key,
        email text collate "C" not null unique,
        name text not null,
        role text not null,
        personal int not null check (personal in (0, 1)),
        disabled int not null check (disabled in (0, 1)),
        password_hash text,
        factor_secret text,
        factor_step bigint not null,
        sso text unique,
        created_ms float8 not null,
        login_ms float8
      );
      create table sessions (
        hash text primary key,
        id text not null unique,
        person_id text not null references people (id) on delete cascade,
        via text not null,
        created_ms float8 not null,
        used_ms float8 not null,
        address text not null,
        agent text not null
      );
      create index sessions_by_person on sessions (person_id);
      create table links (
        hash text primary key,
        id text not null unique,
        kind text not null,
        email text,
        role text not null,
        personal int not null check (personal in (0, 1)),
        person_id text references people (id) on delete cascade,
        drops_factor int not null check (drops_factor in (0, 1)),
        "by" text not null,
        created_ms float8 not null,
        expires_ms float8 not null
      );
      create table recovery_codes (
        person_id text not null references people (id) on delete cascade,
        hash text not null,
        primary key (person_id, hash)
      );
      create table access_settings (name text primary key, value text not null);

      create table tokens (
        id text collate "C" primary key,
        hash text not null unique,
        begins text not null,
        name text not null,
        role text not null,
        personal int not null check (personal in (0, 1)),
        made_ms float8 not null,
        made_by text not null,
        person_id text,
        expires_ms float8,
        used_ms float8,
        revoked_ms float8
      );
      create table audit (
        number bigint primary key,
        at_ms float8 not null,
        ends bigint,
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
        "change" bigint,
        "before" text,
        "after" text,
        hash text not null
      );
      create index audit_by_end on audit (ends) where ends is not null;
      create index audit_by_who on audit (who_id, number);
      create index audit_by_thing on audit (of_type, of_id, number);
      create table audit_checkpoint (
        id int primary key check (id = 1),
        number bigint not null,
        hash text not null
      );

      -- Only what a checkpoint stands for may go, and nothing may change.
      create function audit_is_append_only() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' and old.number <= coalesce((select number from audit_checkpoint), 0) then
          return old;
        end if;
        raise exception 'the audit log is append-only';
      end $$;
      create trigger audit_is_not_changed before update or delete on audit
        for each row execute function audit_is_append_only();
      create trigger audit_is_not_emptied before truncate on audit
        for each statement execute function audit_is_append_only();
    `,
  },
]
