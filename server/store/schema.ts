import type { Generated } from 'kysely'
import { DATA_KEYS_SQL } from '../secrets/data-keys.ts'
import type { Migration } from '../sqlite/migrate.ts'

/**
 * The tables, as Kysely sees them; `sealed.ts` says which columns are sealed. `settings`, `consent`, `mapping`, `older_write_keys`, `disabled_write_keys`,
 * `origins`, `before` and `after` are
 * JSON text; `position` keeps the order.
 */
export type Tables = {
  sources: {
    id: string
    position: number
    name: string
    kind: string
    write_key: string
    privacy: string | null
    older_write_keys: string | null
    disabled_write_keys: string | null
    origins: string | null
    redact: string | null
    transform: string | null
    plan: string | null
    sql: string | null
  }
  /** `rules` is JSON. */
  plans: { id: string; position: number; name: string; rules: string }
  /** What was not as a plan has it, by hours; `examples` is JSON, messageIds. */
  plan_findings: {
    source_id: string
    hour_ms: number
    type: string
    event: string
    kind: string
    path: string
    rule: string
    text: string
    count: number
    last_ms: number
    examples: string
  }
  instances: {
    id: string
    position: number
    kind: string
    name: string
    enabled: number
    paused: number
    settings: string
    consent: string | null
    redact: string | null
  }
  /** `alerts`, and `kept …` for what the server remembers. */
  settings: { name: string; value: string }
  changes: {
    number: Generated<number>
    group: number
    at_ms: number
    by: string
    what: string
    of_id: string
    change: string
    before: string | null
    after: string | null
  }
  /** `body` is JSON: a deletion without its id, somebody who is suppressed. */
  deletions: { id: Generated<number>; is_running: number; body: string }
  suppressed: { number: Generated<number>; hash: string; body: string }
  connections: { instance_id: string; position: number; source_id: string }
  subscriptions: {
    instance_id: string
    id: string
    position: number
    action: string
    name: string
    enabled: number
    trigger: string
    transform: string | null
    mapping: string
  }
}

/** Never change one that has been released: add another. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: 'sources, destinations and what connects them',
    sql: `
      create table sources (
        id text primary key,
        position integer not null,
        name text not null,
        kind text not null,
        write_key text not null unique
      ) strict;

      create table instances (
        id text primary key,
        position integer not null,
        kind text not null,
        name text not null,
        enabled integer not null check (enabled in (0, 1)),
        settings text not null check (json_valid(settings))
      ) strict;

      create table connections (
        instance_id text not null references instances (id) on delete cascade,
        source_id text not null references sources (id) on delete cascade,
        position integer not null,
        primary key (instance_id, source_id)
      ) strict, without rowid;

      create table subscriptions (
        instance_id text not null references instances (id) on delete cascade,
        id text not null,
        position integer not null,
        "action" text not null,
        name text not null,
        enabled integer not null check (enabled in (0, 1)),
        "trigger" text not null,
        mapping text not null check (json_valid(mapping)),
        primary key (instance_id, id)
      ) strict, without rowid;
    `,
  },
  {
    name: 'privacy of sources, consent of destinations',
    sql: `
      alter table sources add column privacy text;
      alter table instances add column consent text check (consent is null or json_valid(consent));
    `,
  },
  {
    name: 'changes, pause, older write keys, alerts',
    sql: `
      alter table sources add column older_write_keys text
        check (older_write_keys is null or json_valid(older_write_keys));
      alter table instances add column paused integer not null default 0 check (paused in (0, 1));

      create table settings (
        name text primary key,
        value text not null check (json_valid(value))
      ) strict, without rowid;

      create table changes (
        number integer primary key autoincrement,
        "group" integer not null,
        at_ms real not null,
        "by" text not null,
        what text not null,
        of_id text not null,
        change text not null,
        "before" text,
        "after" text
      ) strict;
      create index changes_by_item on changes (what, of_id);
      create index changes_by_group on changes ("group");
    `,
  },
  { name: 'the keys that secrets are sealed with', sql: DATA_KEYS_SQL },
  {
    name: 'disabled write keys and origins of sources',
    sql: `
      alter table sources add column disabled_write_keys text
        check (disabled_write_keys is null or json_valid(disabled_write_keys));
      alter table sources add column origins text check (origins is null or json_valid(origins));
    `,
  },
  {
    name: 'deletions of people, suppressed people, redaction',
    sql: `
      create table deletions (
        id integer primary key autoincrement,
        is_running integer not null check (is_running in (0, 1)),
        body text not null check (json_valid(body))
      ) strict;
      create index deletions_running on deletions (id) where is_running = 1;
      create table suppressed (
        number integer primary key autoincrement,
        hash text not null unique,
        body text not null check (json_valid(body))
      ) strict;
      alter table sources add column redact text check (redact is null or json_valid(redact));
      alter table instances add column redact text check (redact is null or json_valid(redact));
    `,
  },
  {
    name: 'transformations of sources and actions',
    sql: `
      alter table sources add column transform text;
      alter table subscriptions add column transform text;
    `,
  },
  {
    name: 'tracking plans, and what was not as they have it',
    sql: `
      create table plans (
        id text primary key,
        position integer not null,
        name text not null,
        rules text not null check (json_valid(rules))
      ) strict;
      alter table sources add column plan text check (plan is null or json_valid(plan));
      create table plan_findings (
        source_id text not null,
        hour_ms integer not null,
        type text not null,
        event text not null,
        kind text not null,
        path text not null,
        rule text not null,
        text text not null,
        count integer not null,
        last_ms real not null,
        examples text not null check (json_valid(examples)),
        primary key (source_id, hour_ms, type, event, kind, path, rule)
      ) strict, without rowid;
      create index plan_findings_by_hour on plan_findings (hour_ms);
    `,
  },
  {
    name: 'databases that sources read',
    sql: 'alter table sources add column sql text check (sql is null or json_valid(sql));',
  },
]
