/**
 * All that one transaction writes, in one call and so in one round trip: `batch.ts` makes what it gets, and says what each
 * part means. Bodies come beside it in one piece, and `*_at` and `*_size` say where each stands there, because bytes in JSON would
 * be a third larger. It gives the ids of the attempts, in their order.
 *
 * Counts come sorted and added up: two lanes that write the same ones lock them in the same order. Of what is already there, the
 * first stays. `LANE_LOST`: the lane has another owner than the batch, or the cursor is not where the batch’s owner left it.
 */
export const WRITE_BATCH = `
create function write_batch(b jsonb, bodies bytea) returns bigint[] language plpgsql as $$
declare
  ids bigint[] := '{}';
begin
  if b ? 'owner' then
    -- Shared until the end of the transaction: who takes the lane over waits for it, and writes after it.
    perform from lane_owners where reader_id = b#>>'{owner,readerId}' and lane = (b#>>'{owner,lane}')::int
      and epoch = (b#>>'{owner,epoch}')::bigint for share;
    if not found then
      raise exception using errcode = 'MR001', message = 'the lane has another owner';
    end if;
  end if;

  if b ? 'cursor' and b ? 'owner' then
    update cursors set chunk = (b#>>'{cursor,chunk}')::bigint, idx = (b#>>'{cursor,index}')::bigint
      where reader_id = b->>'readerId' and lane = (b->>'lane')::int
        and (not b ? 'left' or (chunk = (b#>>'{left,chunk}')::bigint and idx = (b#>>'{left,index}')::bigint));
    -- One that was forgotten meanwhile must not come back with an old cursor. One that is not where its owner left it was set
    -- back by a crash of the server, and what was recorded with it is gone too.
    if not found then
      raise exception using errcode = 'MR001', message = 'the reader was forgotten, or set back';
    end if;
  elsif b ? 'cursor' then
    insert into cursors (reader_id, lane, chunk, idx)
      select b->>'readerId', (b->>'lane')::int, (b#>>'{cursor,chunk}')::bigint, (b#>>'{cursor,index}')::bigint
      on conflict (reader_id, lane) do update set chunk = excluded.chunk, idx = excluded.idx;
  end if;
  if b ? 'failing' then
    insert into failing (reader_id, lane, since_ms, code, text)
      select b->>'readerId', (b->>'lane')::int, (b#>>'{failing,since_ms}')::float8, b#>>'{failing,reason,code}',
        b#>>'{failing,reason,text}'
      on conflict (reader_id, lane) do update
        set since_ms = excluded.since_ms, code = excluded.code, text = excluded.text;
  elsif b ? 'lane' then
    delete from failing where reader_id = b->>'readerId' and lane = (b->>'lane')::int;
  end if;

  if b ? 'counts' then
    insert into counts as known (of_id, part, name, count)
      select x.of, x.part, x.name, x.count
      from jsonb_to_recordset(b->'counts') as x ("of" text, part text, name text, count bigint)
      on conflict (of_id, part, name) do update set count = known.count + excluded.count;
  end if;
  if b ? 'series' then
    insert into series_minutes as known (of_id, minute, part, name, count)
      select x.of, x.minute, x.part, x.name, x.count
      from jsonb_to_recordset(b->'series') as x ("of" text, minute bigint, part text, name text, count bigint)
      on conflict (of_id, minute, part, name) do update set count = known.count + excluded.count;
  end if;

  if b ? 'attempts' then
    with added as (
      insert into attempts (instance_id, started_at_ms, bytes, lane, duration_ms, attempt, outcome, status, code, text,
        method, url, request_bytes, response_bytes, addresses, chunks, actions, response_body, request_body, body_of,
        adjustments_count, adjustments)
      select x.instance_id, x.started_at_ms, x.bytes, x.lane, x.duration_ms, x.attempt, x.outcome, x.status, x.code, x.text,
        x.method, x.url, x.request_bytes, x.response_bytes, substr(bodies, x.addresses_at, x.addresses_size), x.chunks,
        x.actions, substr(bodies, x.response_at, x.response_size), substr(bodies, x.request_at, x.request_size), x.body_of,
        x.adjustments_count, substr(bodies, x.adjustments_at, x.adjustments_size)
      from jsonb_to_recordset(b->'attempts') as x (instance_id text, started_at_ms float8, bytes int, lane int,
        duration_ms float8, attempt int, outcome text, status int, code text, text text, method text, url text,
        request_bytes bigint, response_bytes bigint, addresses_at int, addresses_size int, chunks bigint[], actions text[],
        response_at int, response_size int, request_at int, request_size int, body_of bigint, adjustments_count int,
        adjustments_at int, adjustments_size int)
      returning id, floor(started_at_ms / 86400000)::bigint as day, bytes
    ), sized as (
      insert into attempt_sizes (day, bytes, count) select day, sum(bytes), count(*) from added group by day
    )
    select array_agg(id order by id) into ids from added;
  end if;

  if b ? 'deadRemoved' then
    delete from dead_letters as d
      using jsonb_to_recordset(b->'deadRemoved') as x (instance_id text, subscription_id text, lane int, chunk bigint, idx bigint)
      where d.instance_id = x.instance_id and d.subscription_id = x.subscription_id and d.lane = x.lane
        and d.chunk = x.chunk and d.idx = x.idx;
  end if;
  if b ? 'deadLetters' then
    insert into dead_letters (instance_id, subscription_id, lane, chunk, idx, message_id, at_ms, code, text, request_method,
      request_url, request_body, response_status, response_body, reason_key, event)
      select x.instance_id, x.subscription_id, x.lane, x.chunk, x.idx, x.message_id, x.at_ms, x.code, x.text, x.request_method,
        x.request_url, substr(bodies, x.request_at, x.request_size), x.response_status,
        substr(bodies, x.response_at, x.response_size), x.reason_key, x.event
      from jsonb_to_recordset(b->'deadLetters') as x (n int, instance_id text, subscription_id text, lane int, chunk bigint,
        idx bigint, message_id text, at_ms float8, code text, text text, request_method text, request_url text,
        request_at int, request_size int, response_status int, response_at int, response_size int, reason_key text, event text)
      order by x.n
      on conflict (instance_id, subscription_id, lane, chunk, idx) do nothing;
  end if;
  if b ? 'refusals' then
    insert into refusals (source_id, lane, chunk, idx, at_ms, code, reason, message_id, text)
      select x.source_id, x.lane, x.chunk, x.idx, x.at_ms, x.code, x.reason, x.message_id, substr(bodies, x.text_at, x.text_size)
      from jsonb_to_recordset(b->'refusals') as x (n int, source_id text, lane int, chunk bigint, idx bigint, at_ms float8,
        code text, reason text, message_id text, text_at int, text_size int)
      order by x.n
      on conflict (lane, chunk, idx) do nothing;
  end if;
  if b ? 'remembered' then
    insert into remembered (instance_id, key_key, key, value, until_ms)
      select b->>'readerId', x.key_key, x.key, x.value, x.until_ms
      from jsonb_to_recordset(b->'remembered') as x (key_key text, key text, value text, until_ms float8)
      on conflict (instance_id, key_key) do update set value = excluded.value, until_ms = excluded.until_ms;
  end if;

  if b ? 'parkedAdded' then
    insert into parked (instance_id, subject, subject_key, subscription_id, lane, chunk, idx, due_ms, state, aside, replay_id,
      of_dead)
      select b->>'readerId', x.subject, x.subject_key, x.subscription_id, x.lane, x.chunk, x.idx, x.due_ms, x.state, x.aside,
        x.replay_id, x.of_dead
      from jsonb_to_recordset(b->'parkedAdded') as x (n int, subject text, subject_key text, subscription_id text, lane int,
        chunk bigint, idx bigint, due_ms float8, state text, aside text, replay_id bigint, of_dead boolean)
      order by x.n;
    insert into parked_subjects (instance_id, subject_key, subject, due_ms, is_aside)
      select distinct on (x.subject_key) b->>'readerId', x.subject_key, x.subject, x.due_ms, x.aside is not null
      from jsonb_to_recordset(b->'parkedAdded') as x (n int, subject text, subject_key text, due_ms float8, aside text)
      order by x.subject_key, x.n
      on conflict (instance_id, subject_key) do nothing;
  end if;
  if b ? 'parkedEnded' then
    delete from parked where id in (select value::bigint from jsonb_array_elements_text(b->'parkedEnded'));
  end if;
  if b ? 'parkedPostponed' then
    update parked set due_ms = x.due_ms, state = x.state, aside = x.aside
      from jsonb_to_recordset(b->'parkedPostponed') as x (id bigint, due_ms float8, state text, aside text)
      where parked.id = x.id;
  end if;
  if b ? 'parkedSubjects' then
    delete from parked_subjects as s
      using jsonb_to_recordset(b->'parkedSubjects') as x (subject_key text)
      where s.instance_id = b->>'readerId' and s.subject_key = x.subject_key
        and not exists (select from parked p where p.instance_id = s.instance_id and p.subject_key = s.subject_key);
    update parked_subjects as s set due_ms = greatest(x.due_ms, head.due_ms), is_aside = head.aside is not null
      from jsonb_to_recordset(b->'parkedSubjects') as x (subject_key text, due_ms float8)
      cross join lateral (
        select p.due_ms, p.aside from parked p
        where p.instance_id = b->>'readerId' and p.subject_key = x.subject_key order by p.id limit 1) as head
      where s.instance_id = b->>'readerId' and s.subject_key = x.subject_key;
  end if;

  if b ? 'moved' then
    update replays set place = x.place, is_read = x.is_read
      from jsonb_to_recordset(b->'moved') as x (id bigint, place text, is_read boolean)
      where replays.id = x.id;
  end if;
  if b ? 'tallies' then
    update replays as r set looked = r.looked + x.looked, fed = r.fed + x.fed, ended = r.ended + x.ended, sent = r.sent + x.sent,
      refused = r.refused + x.refused, skipped = r.skipped + x.skipped
      from jsonb_to_recordset(b->'tallies') as x (id bigint, looked bigint, fed bigint, ended bigint, sent bigint,
        refused bigint, skipped bigint)
      where r.id = x.id;
    -- Dead letters that were given up meanwhile were not looked at: the whole is what there was.
    update replays as r set state = 'done', ended_at_ms = x.at_ms, total = r.looked
      from jsonb_to_recordset(b->'tallies') as x (id bigint, at_ms float8)
      where r.id = x.id and r.state = 'running' and r.is_read and r.fed = r.ended;
  end if;
  return ids;
end $$;
`
