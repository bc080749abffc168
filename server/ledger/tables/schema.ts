import type { Migration } from '../../sqlite/migrate.ts'
import { reasonKey } from '../reason-key.ts'
import { DEAD_LETTER_BYTES } from './dead-letter-bytes.ts'

/**
 * Times are `real`: they may carry fractions of a millisecond. `any` columns hold a `StoredText`.
 *
 * Ids are `autoincrement` so that one is never used again after a trim: a page that asks for what is newer or older
 * than an id must not see another row under it.
 *
 * Indexes are few, because each costs every write: one a question. `attempts_by_time` is the order of trimming; the
 * ones by instance and by source hold the id as well, so they give pages newest first without sorting.
 */
const FIRST = `
create table cursors (
  reader_id text not null,
  lane integer not null,
  chunk integer not null,
  idx integer not null,
  primary key (reader_id, lane)
) strict, without rowid;

-- Apart from cursors: a lane can fail before its reader has a cursor, and almost all lanes have no row here.
create table failing (
  reader_id text not null,
  lane integer not null,
  since_ms real not null,
  code text not null,
  text text not null,
  primary key (reader_id, lane)
) strict, without rowid;

create table counts (
  of_id text not null,
  part text not null,
  name text not null,
  count integer not null,
  primary key (of_id, part, name)
) strict, without rowid;

-- The bodies stand last: what trims and counts reads a row's beginning and leaves their pages alone.
create table attempts (
  id integer primary key autoincrement,
  instance_id text not null,
  started_at_ms real not null,
  bytes integer not null,
  lane integer not null,
  duration_ms real not null,
  attempt integer not null,
  outcome text not null,
  status integer,
  code text,
  text text,
  method text not null,
  url text not null,
  request_bytes integer not null,
  response_bytes integer not null,
  addresses blob not null,
  response_body any not null,
  request_body any not null
) strict;
create index attempts_by_instance on attempts (instance_id);
create index attempts_by_time on attempts (started_at_ms);

-- What all attempts hold together. Kept by triggers, in the transaction of the write, so it cannot drift.
create table attempt_bytes (total integer not null) strict;
insert into attempt_bytes (total) values (0);
create trigger attempt_added after insert on attempts begin
  update attempt_bytes set total = total + new.bytes;
end;
create trigger attempt_removed after delete on attempts begin
  update attempt_bytes set total = total - old.bytes;
end;

create table dead_letters (
  id integer primary key autoincrement,
  instance_id text not null,
  subscription_id text not null,
  lane integer not null,
  chunk integer not null,
  idx integer not null,
  message_id text not null,
  at_ms real not null,
  code text not null,
  text text not null,
  request_method text,
  request_url text,
  request_body any,
  response_status integer,
  response_body any,
  -- A subscription's id is unique only within its instance.
  unique (instance_id, subscription_id, lane, chunk, idx)
) strict;
create index dead_letters_by_instance on dead_letters (instance_id);

create table refusals (
  id integer primary key autoincrement,
  source_id text not null,
  lane integer not null,
  chunk integer not null,
  idx integer not null,
  at_ms real not null,
  code text not null,
  reason text not null,
  message_id text,
  text any not null,
  unique (lane, chunk, idx)
) strict;
create index refusals_by_source on refusals (source_id);
`

/**
 * What delivery must know after a restart. A parked delivery's subject has one row with the time at which it is looked
 * at again, so that a million parked deliveries of one subject cost one row in the order of times.
 */
const DELIVERY = `
create table parked (
  id integer primary key autoincrement,
  instance_id text not null,
  subject text not null,
  subscription_id text not null,
  lane integer not null,
  chunk integer not null,
  idx integer not null,
  due_ms real not null,
  state text
) strict;
create index parked_by_subject on parked (instance_id, subject);
create index parked_by_chunk on parked (lane, chunk);

create table parked_subjects (
  instance_id text not null,
  subject text not null,
  due_ms real not null,
  primary key (instance_id, subject)
) strict, without rowid;
create index parked_subjects_by_time on parked_subjects (instance_id, due_ms);

create table remembered (
  instance_id text not null,
  key text not null,
  value text not null,
  until_ms real,
  primary key (instance_id, key)
) strict, without rowid;
create index remembered_until on remembered (until_ms) where until_ms is not null;

-- One row a batch, not one a subject: it is written before each batch goes out.
create table budget_uses (
  id integer primary key autoincrement,
  instance_id text not null,
  at_ms real,
  units any not null
) strict;
create index budget_uses_by_time on budget_uses (instance_id, at_ms);

create table states (
  instance_id text primary key,
  state text not null,
  since_ms real not null,
  code text,
  text text
) strict, without rowid;

alter table attempts add column adjustments_count integer not null default 0;
alter table attempts add column adjustments any;
`

/**
 * What pages ask. `attempt_chunks` says which attempts carried events of a chunk (a chunk's number is its own in the
 * whole log); `addresses` then say which events. Attempts that did not deliver are few, so their index costs little.
 */
const PAGES = `
create table series_minutes (
  of_id text not null,
  minute integer not null,
  part text not null,
  name text not null,
  count integer not null,
  primary key (of_id, minute, part, name)
) strict, without rowid;
create table series_hours (
  of_id text not null,
  hour integer not null,
  part text not null,
  name text not null,
  count integer not null,
  primary key (of_id, hour, part, name)
) strict, without rowid;
create index series_minutes_by_time on series_minutes (minute);

create table attempt_chunks (
  chunk integer not null,
  attempt_id integer not null,
  primary key (chunk, attempt_id)
) strict, without rowid;
create index attempts_that_failed on attempts (instance_id, outcome) where outcome <> 'delivered';
create index dead_letters_by_address on dead_letters (chunk, idx);
`

/**
 * Deliveries that are set aside. A subject's row says whether its first delivery is one: they are asked for apart from
 * the others, and are few. And requests that fail again and again, which are kept once.
 */
const ASIDE = `
alter table parked add column aside text;
create index parked_aside on parked (instance_id) where aside is not null;
alter table parked_subjects add column is_aside integer not null default 0;
create index parked_subjects_aside on parked_subjects (instance_id, due_ms) where is_aside = 1;

-- The attempt before that holds the same request; its own is then empty.
alter table attempts add column body_of integer;
`

/**
 * Dead letters by reason, and replays. The index holds everything that groups and filters ask for; `reason_key` is a
 * function of this process (`reason-key.ts`), used here once for those that are there already.
 *
 * A replay's `selection` and `place` are JSON: what it goes through, and where it is. `of_dead`: the parked delivery is
 * counted as the dead letter that it is, not as parked.
 */
const REPLAYS = `
alter table dead_letters add column reason_key text not null default '';
alter table dead_letters add column event text;
update dead_letters set reason_key = reason_key(text);
create index dead_letters_by_reason on dead_letters
  (instance_id, subscription_id, code, reason_key, at_ms, event);

alter table parked add column replay_id integer;
alter table parked add column of_dead integer not null default 0;

create table replays (
  id integer primary key autoincrement,
  instance_id text not null,
  state text not null,
  code text,
  text text,
  asked text not null,
  selection text not null,
  place text not null,
  per_second_max integer not null,
  started_at_ms real not null,
  ended_at_ms real,
  is_read integer not null default 0,
  total integer not null,
  looked integer not null default 0,
  fed integer not null default 0,
  ended integer not null default 0,
  sent integer not null default 0,
  refused integer not null default 0,
  skipped integer not null default 0
) strict;
create index replays_by_instance on replays (instance_id, state);
`

/**
 * Which actions an attempt carried: `actions` is JSON, absent for attempts from before it was kept; `attempt_actions`
 * finds them by one, newest first, however rare it is.
 */
const ACTIONS = `
alter table attempts add column actions text;
create table attempt_actions (
  instance_id text not null,
  action text not null,
  attempt_id integer not null,
  primary key (instance_id, action, attempt_id)
) strict, without rowid;
`

/** What all dead letters hold together: a running total, as of attempts. Those that are there already are added up once. */
const DEAD_LETTER_SIZES = `
create table dead_letter_bytes (total integer not null) strict;
insert into dead_letter_bytes (total)
  select coalesce(sum(${DEAD_LETTER_BYTES('dead_letters')}), 0) from dead_letters;
create trigger dead_letter_added after insert on dead_letters begin
  update dead_letter_bytes set total = total + ${DEAD_LETTER_BYTES('new')};
end;
create trigger dead_letter_removed after delete on dead_letters begin
  update dead_letter_bytes set total = total - ${DEAD_LETTER_BYTES('old')};
end;
`

/** A released migration is never changed, only followed by another. */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'first', sql: FIRST },
  { name: 'delivery', sql: DELIVERY },
  { name: 'pages', sql: PAGES },
  { name: 'aside', sql: ASIDE },
  { name: 'replays', sql: REPLAYS, functions: { reason_key: reasonKey } },
  { name: 'actions', sql: ACTIONS },
  { name: 'sizes of dead letters', sql: DEAD_LETTER_SIZES },
]
