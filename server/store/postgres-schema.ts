import type { PostgresMigration } from '../postgres/migrate.ts'

/** The tables of `schema.ts`, as PostgreSQL wants them. A released migration is never changed, only followed by another. */
export const STORE_MIGRATIONS: readonly PostgresMigration[] = [
  {
    name: 'configuration, its changes, keys, and deletions of people',
    sql: `
      create table sources (
        id text primary key,
        position int not null,
        name text not null,
        kind text not null,
        write_key text not null unique,
        privacy text,
        older_write_keys text,
        disabled_write_keys text,
        origins text,
        redact text,
        transform text
      );
      create table instances (
        id text primary key,
        position int not null,
        kind text not null,
        name text not null,
        enabled int not null check (enabled in (0, 1)),
        paused int not null default 0 check (paused in (0, 1)),
        settings text not null,
        consent text,
        redact text
      );
      create table connections (
        instance_id text not null references instances (id) on delete cascade,
        source_id text not null references sources (id) on delete cascade,
        position int not null,
        primary key (instance_id, source_id)
      );
      create table subscriptions (
        instance_id text not null references instances (id) on delete cascade,
        id text not null,
        position int not null,
        "action" text not null,
        name text not null,
        enabled int not null check (enabled in (0, 1)),
        "trigger" text not null,
        transform text,
        mapping text not null,
        primary key (instance_id, id)
      );
      create table settings (name text primary key, value text not null);
      create table changes (
        number bigint primary key,
        "group" bigint not null,
        at_ms float8 not null,
        "by" text not null,
        what text not null,
        of_id text not null,
        change text not null,
        "before" text,
        "after" text
      );
      create index changes_by_item on changes (what, of_id);
      create index changes_by_group on changes ("group");

      create table data_keys (
        id text not null,
        master text not null,
        sealed text not null,
        made_at_ms float8 not null,
        primary key (id, master)
      );

      create table deletions (
        id bigint generated always as identity primary key,
        is_running int not null check (is_running in (0, 1)),
        body text not null
      );
      create index deletions_running on deletions (id) where is_running = 1;
      create table suppressed (
        number bigint generated always as identity primary key,
        hash text not null unique,
        body text not null
      );
    `,
  },
  {
    name: 'tracking plans, and what was not as they have it',
    sql: `
      create table plans (id text primary key, position int not null, name text not null, rules text not null);
      alter table sources add column plan text;
      create table plan_findings (
        source_id text not null,
        hour_ms bigint not null,
        type text not null,
        event text not null,
        kind text not null,
        path text not null,
        rule text not null,
        text text not null,
        count bigint not null,
        last_ms float8 not null,
        examples text not null,
        primary key (source_id, hour_ms, type, event, kind, path, rule)
      );
      create index plan_findings_by_hour on plan_findings (hour_ms);
    `,
  },
  { name: 'databases that sources read', sql: 'alter table sources add column sql text;' },
]
