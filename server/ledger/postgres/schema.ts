import type { PostgresMigration } from '../../postgres/migrate.ts'
import { CHANGE_USES } from './uses.ts'
import { WRITE_BATCH } from './write-batch.ts'

/**
 * The tables of `tables/schema.ts`, as PostgreSQL wants them. Texts that are looked up are compared byte by byte (`plain_text`), as
 * SQLite does it. `*_key` columns hold `keyText` of a text that has no limit. Bodies are `bytea` (`body-bytes.ts`).
 *
 * Attempts are partitioned by the day of their start, so that old ones are dropped and not deleted; `attempt_mark` says from
 * where on they are shown, and `attempt_sizes` what each day holds, as changes that a trim adds up.
 */
const FIRST = `
create domain plain_text as text collate "C";

create table cursors (
  reader_id plain_text, lane int, chunk bigint not null, idx bigint not null,
  primary key (reader_id, lane)
) with (fillfactor = 50);
create table failing (
  reader_id plain_text, lane int, since_ms float8 not null, code text not null, text text not null,
  primary key (reader_id, lane)
);
create table lane_owners (
  reader_id plain_text, lane int, epoch bigint not null,
  primary key (reader_id, lane)
);
create table counts (
  of_id plain_text, part plain_text, name plain_text, count bigint not null,
  primary key (of_id, part, name)
) with (fillfactor = 50);
create table series_minutes (
  of_id plain_text, minute bigint, part plain_text, name plain_text, count bigint not null,
  primary key (of_id, minute, part, name)
) with (fillfactor = 70);
create index series_minutes_by_time on series_minutes (minute);
create table series_hours (
  of_id plain_text, hour bigint, part plain_text, name plain_text, count bigint not null,
  primary key (of_id, hour, part, name)
);

create sequence attempt_ids;
create table attempts (
  id bigint not null default nextval('attempt_ids'),
  instance_id plain_text not null,
  started_at_ms float8 not null,
  bytes int not null,
  lane int not null,
  duration_ms float8 not null,
  attempt int not null,
  outcome text not null,
  status int,
  code text,
  text text,
  method text not null,
  url text not null,
  request_bytes bigint not null,
  response_bytes bigint not null,
  addresses bytea not null,
  chunks bigint[] not null,
  actions text[],
  response_body bytea not null,
  request_body bytea not null,
  body_of bigint,
  adjustments_count int not null,
  adjustments bytea
) partition by range (started_at_ms);
alter table attempts alter request_body set storage external, alter response_body set storage external,
  alter adjustments set storage external;
create index attempts_by_id on attempts (id);
create index attempts_by_instance on attempts (instance_id, id);
create index attempts_by_time on attempts (started_at_ms, id) include (bytes);
create index attempts_that_failed on attempts (instance_id, outcome, id) where outcome <> 'delivered';
create index attempts_by_chunk on attempts using gin (chunks);
create index attempts_by_action on attempts using gin (actions);
create table attempt_sizes (day bigint not null, bytes bigint not null, count bigint not null);
create table attempt_mark (started_at_ms float8 not null, id bigint not null);
insert into attempt_mark values ('-infinity', 0);

create table dead_letters (
  id bigint generated always as identity primary key,
  instance_id plain_text not null,
  subscription_id plain_text not null,
  lane int not null,
  chunk bigint not null,
  idx bigint not null,
  message_id text not null,
  at_ms float8 not null,
  code plain_text not null,
  text text not null,
  request_method text,
  request_url text,
  request_body bytea,
  response_status int,
  response_body bytea,
  reason_key plain_text not null,
  event text,
  bytes bigint generated always as (300 + octet_length(text) + coalesce(octet_length(request_url), 0)
    + coalesce(octet_length(request_body), 0) + coalesce(octet_length(response_body), 0)) stored,
  unique (instance_id, subscription_id, lane, chunk, idx)
);
alter table dead_letters alter request_body set storage external, alter response_body set storage external;
create index dead_letters_by_address on dead_letters (chunk, idx);
create index dead_letters_by_reason on dead_letters (instance_id, subscription_id, code, reason_key, at_ms);
create table dead_letter_sizes (bytes bigint not null);
create function count_dead_letters() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into dead_letter_sizes select sum(bytes) from changed having count(*) > 0;
  else
    insert into dead_letter_sizes select -sum(bytes) from changed having count(*) > 0;
  end if;
  return null;
end $$;
create trigger dead_letters_added after insert on dead_letters
  referencing new table as changed for each statement execute function count_dead_letters();
create trigger dead_letters_removed after delete on dead_letters
  referencing old table as changed for each statement execute function count_dead_letters();

create table refusals (
  id bigint generated always as identity primary key,
  source_id plain_text not null,
  lane int not null,
  chunk bigint not null,
  idx bigint not null,
  at_ms float8 not null,
  code text not null,
  reason text not null,
  message_id text,
  text bytea not null,
  unique (lane, chunk, idx)
);
create index refusals_by_source on refusals (source_id, id);

create table parked (
  id bigint generated always as identity primary key,
  instance_id plain_text not null,
  subject text not null,
  subject_key plain_text not null,
  subscription_id plain_text not null,
  lane int not null,
  chunk bigint not null,
  idx bigint not null,
  due_ms float8 not null,
  state text,
  aside text,
  replay_id bigint,
  of_dead boolean not null default false
);
create index parked_by_subject on parked (instance_id, subject_key, id);
create index parked_by_chunk on parked (lane, chunk, idx);
create index parked_aside on parked (instance_id, id) where aside is not null;
create table parked_subjects (
  instance_id plain_text, subject_key plain_text, subject text not null, due_ms float8 not null, is_aside boolean not null,
  primary key (instance_id, subject_key)
) with (fillfactor = 70);
create index parked_subjects_by_time on parked_subjects (instance_id, due_ms, subject_key);
create index parked_subjects_aside on parked_subjects (instance_id, due_ms, subject_key) where is_aside;

create table remembered (
  instance_id plain_text, key_key plain_text, key text not null, value text not null, until_ms float8,
  primary key (instance_id, key_key)
);
create index remembered_until on remembered (until_ms) where until_ms is not null;

create sequence use_versions;
create table budget_uses (
  id bigint generated always as identity primary key,
  instance_id plain_text not null,
  owner text not null,
  version bigint not null,
  opened_at timestamptz not null default clock_timestamp(),
  at_ms float8,
  units bytea not null
);
create index budget_uses_by_version on budget_uses (instance_id, version);
create index budget_uses_by_time on budget_uses (instance_id, at_ms);

create table states (
  instance_id plain_text primary key, state text not null, since_ms float8 not null, code text, text text
);

create table replays (
  id bigint generated always as identity primary key,
  instance_id plain_text not null,
  state text not null,
  code text,
  text text,
  asked text not null,
  selection text not null,
  place text not null,
  per_second_max float8 not null,
  started_at_ms float8 not null,
  ended_at_ms float8,
  is_read boolean not null default false,
  total bigint not null,
  looked bigint not null default 0,
  fed bigint not null default 0,
  ended bigint not null default 0,
  sent bigint not null default 0,
  refused bigint not null default 0,
  skipped bigint not null default 0
);
create index replays_by_instance on replays (instance_id, state);

create table log_of_ledger (name text primary key);
create table synced (times bigint not null);
insert into synced values (0);
`

/** A released migration is never changed, only followed by another. */
export const LEDGER_MIGRATIONS: readonly PostgresMigration[] = [
  { name: 'first', sql: FIRST },
  { name: 'writing', sql: WRITE_BATCH },
  { name: 'budgets', sql: CHANGE_USES },
  // What others have reserved since is looked for before each batch.
  { name: 'budgets by id', sql: 'create index budget_uses_by_id on budget_uses (instance_id, id)' },
]
