import type { Migration } from '../sqlite/migrate.ts'

/**
 * `text` stands last, so that a scan of the other columns does not walk through it. `autoincrement` keeps the number
 * of a chunk from being used again after the newest ones were trimmed.
 */
export const LOG_MIGRATIONS: readonly Migration[] = [
  {
    name: 'chunks',
    sql: `
      create table meta (id integer primary key check (id = 1), lanes integer not null, seed integer not null) strict;
      create table chunk (
        chunk integer primary key autoincrement,
        lane integer not null,
        count integer not null,
        at_ms integer not null,
        fingerprints blob not null,
        crc integer not null,
        text text not null
      ) strict;
      create index chunk_by_lane on chunk (lane, chunk);
    `,
  },
  {
    name: 'chunks that do not match their checksum',
    sql: `
      create table damaged (
        chunk integer primary key,
        lane integer not null,
        count integer not null,
        at_ms integer not null,
        crc integer not null,
        text any not null
      ) strict;
    `,
  },
]
