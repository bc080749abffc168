import { type Address, addressText } from '../../../core/event.ts'
import { type Names, naming, remembering, subjectOf } from '../../../core/persons/person.ts'
import type { Postgres, Queries } from '../../postgres/connect.ts'
import { unpackAddresses } from '../addresses.ts'
import { ERASED_TEXT, type ErasingLedger, type Erasure, NOTHING_ERASED } from '../erase.ts'
import type { Count } from '../ledger.ts'
import type { Replayed } from '../replays.ts'
import { withoutNames } from '../tables/erase.ts'
import { ROW_bytes } from '../tables/rows.ts'
import { readUnits, unitsText, withoutSubjects } from '../units.ts'
import { dayOf } from './attempt-days.ts'
import type { Batch } from './batch.ts'
import { packBytes, unpackBytes } from './body-bytes.ts'
import { gatheredBooks } from './books.ts'
import type { ParkedRow } from './parked.ts'

/** As many rows are unpacked and looked through at once. */
const STEP_count = 100

type Write = (tx: Queries, batch: Batch) => Promise<unknown>

/** Takes a person out of the tables. */
export function erasePeople(
  db: Postgres,
  write: Write,
): Pick<ErasingLedger, 'erasePending' | 'eraseHistory'> {
  return {
    erasePending: (instanceId, person, at_ms) =>
      db.transaction(async (tx) => ({
        ...NOTHING_ERASED,
        parked: await endParked(tx, write, instanceId, person.addresses, at_ms),
        remembered: await forget(tx, instanceId, person),
      })),
    async eraseHistory(person) {
      const names = naming(person.ids, person.derived)
      const places = new Set(person.addresses.map(addressText))
      const attempts = await inSteps(db, attemptStep(places, names))
      const deadLetters = await inSteps(db, letterStep(write, places, names))
      const refusals = await inSteps(db, refusalStep(places, names))
      await db.transaction((tx) => clearReplays(tx, names))
      return { ...NOTHING_ERASED, attempts, deadLetters, refusals }
    },
  }
}

/** What a replay had parked ends as skipped; the rest as forgotten. */
async function endParked(
  tx: Queries,
  write: Write,
  instanceId: string,
  addresses: readonly Address[],
  at_ms: number,
): Promise<number> {
  const rows = await tx.rows<ParkedRow>(
    `delete from parked as p using unnest($2::int[], $3::bigint[], $4::bigint[]) as x (lane, chunk, idx)
     where p.instance_id = $1 and p.lane = x.lane and p.chunk = x.chunk and p.idx = x.idx returning p.*`,
    [
      instanceId,
      addresses.map(({ lane }) => lane),
      addresses.map(({ chunk }) => chunk),
      addresses.map(({ index }) => index),
    ],
  )
  if (rows.length === 0) return 0
  const ofReplays = rows.flatMap((row) => replayedOf(row, at_ms))
  const counts = rows.flatMap(({ replay_id, subscription_id: part }): readonly Count[] => {
    if (replay_id !== null) return []
    const owner = { of: instanceId, part }
    return [
      { ...owner, name: 'parked', count: -1 },
      { ...owner, name: 'forgotten', count: 1 },
    ]
  })
  const books = gatheredBooks({ parked: new Set(), dead: new Set() })
  books.end(instanceId, ofReplays)
  const batch = books.batch()
  await write(tx, { ...batch, readerId: instanceId, counts: [...(batch.counts ?? []), ...counts] })
  await tidySubjects(tx, instanceId)
  return rows.length
}

function replayedOf(row: ParkedRow, at_ms: number): readonly Replayed[] {
  const { replay_id, of_dead, subscription_id: subscriptionId, lane, chunk, idx: index } = row
  if (replay_id === null) return []
  const replay = { id: replay_id, isDead: of_dead }
  return [{ replay, subscriptionId, address: { lane, chunk, index }, end: { status: 'skipped' }, at_ms }]
}

/** A subject that has nothing left is gone; one whose first delivery went has another first. */
async function tidySubjects(tx: Queries, instanceId: string): Promise<void> {
  await tx.rows(
    `delete from parked_subjects s where instance_id = $1 and not exists (
       select from parked p where p.instance_id = s.instance_id and p.subject_key = s.subject_key)`,
    [instanceId],
  )
  await tx.rows(
    `update parked_subjects s set is_aside = (
       select p.aside is not null from parked p
       where p.instance_id = s.instance_id and p.subject_key = s.subject_key order by p.id limit 1)
     where instance_id = $1`,
    [instanceId],
  )
}

async function forget(tx: Queries, instanceId: string, { ids, derived }: Erasure): Promise<number> {
  const [isRemembered, isSubject] = [remembering(ids, derived), subjectOf(ids, derived)]
  const rows = await tx.rows<{ key_key: string; key: string; value: string }>(
    'select key_key, key, value from remembered where instance_id = $1',
    [instanceId],
  )
  const gone = rows.filter(({ key, value }) => isRemembered(key) || isRemembered(value))
  await tx.rows('delete from remembered where instance_id = $1 and key_key = any($2::text[])', [
    instanceId,
    gone.map(({ key_key }) => key_key),
  ])
  const uses = 'select id, units from budget_uses where instance_id = $1 for update'
  for (const { id, units } of await tx.rows<{ id: number; units: Buffer }>(uses, [instanceId])) {
    const before = readUnits(unpackBytes(units))
    const after = withoutSubjects(before, isSubject)
    if (after === before) continue
    await tx.rows('update budget_uses set units = $2 where id = $1', [id, packBytes(unitsText(after))])
  }
  // A reason quotes what the receiver answered. If it still holds, it is told anew.
  await tx.rows('update failing set text = $2 where reader_id = $1', [instanceId, ERASED_TEXT])
  await tx.rows('update states set text = $2 where instance_id = $1 and text is not null', [
    instanceId,
    ERASED_TEXT,
  ])
  return gone.length
}

type Step<Row> = {
  /** The rows of a step, after an id. */
  readonly sql: string
  /** How many of them were about the person. */
  readonly erase: (tx: Queries, rows: readonly Row[]) => Promise<number>
}

/** Goes through a table in the order of its ids; others get their turn between two steps. */
async function inSteps<Row extends { readonly id: number }>(
  db: Postgres,
  { sql, erase }: Step<Row>,
): Promise<number> {
  let [after, count] = [0, 0]
  for (;;) {
    const { rows, erased } = await db.transaction(async (tx) => {
      const found = await tx.rows<Row>(`${sql} where id > $1 order by id limit ${STEP_count}`, [after])
      return { rows: found, erased: await erase(tx, found) }
    })
    count += erased
    const last = rows.at(-1)
    if (last === undefined) return count
    after = last.id
  }
}

type AttemptRow = {
  readonly id: number
  readonly started_at_ms: number
  readonly bytes: number
  readonly url: string
  readonly text: string | null
  readonly addresses: Buffer
  readonly request_body: Buffer
  readonly response_body: Buffer
  readonly adjustments: Buffer | null
  readonly body_of: number | null
}

/** A batch carries many people: its attempt stays, and shows no body any more. Also those that a trim has hidden. */
function attemptStep(places: ReadonlySet<string>, names: Names): Step<AttemptRow> {
  const sql = `select id, started_at_ms, bytes, url, text, addresses, request_body, response_body, adjustments, body_of
    from attempts`

  function isOfPerson({ addresses, url, text, request_body, response_body, adjustments }: AttemptRow) {
    if (unpackAddresses(addresses).some((address) => places.has(addressText(address)))) return true
    const bodies = [request_body, response_body, adjustments ?? Buffer.alloc(0)].map(unpackBytes)
    return [url, text ?? '', ...bodies].some(names)
  }
  async function clear(tx: Queries, row: AttemptRow): Promise<number> {
    if (row.request_body.toString() === ERASED_TEXT && row.response_body.length === 0) return 0
    const bytes = ROW_bytes + row.addresses.length + ERASED_TEXT.length
    const url = names(row.url) ? new URL(row.url).origin : row.url
    await tx.rows(
      `update attempts set request_body = $2, response_body = '', request_bytes = 0, response_bytes = 0,
         text = case when text is null then null else $3 end, url = $4, adjustments = null, adjustments_count = 0,
         bytes = $5
       where id = $1`,
      [row.id, Buffer.from(ERASED_TEXT), ERASED_TEXT, url, bytes],
    )
    await tx.rows('insert into attempt_sizes values ($1, $2, 0)', [
      dayOf(row.started_at_ms),
      bytes - row.bytes,
    ])
    return 1
  }
  return {
    sql,
    async erase(tx, rows) {
      let count = 0
      for (const row of rows.filter(isOfPerson)) {
        count += await clear(tx, row)
        // Another attempt may hold its request.
        const keepers =
          row.body_of === null ? [] : await tx.rows<AttemptRow>(`${sql} where id = $1`, [row.body_of])
        for (const keeper of keepers) count += await clear(tx, keeper)
      }
      return count
    },
  }
}

type LetterRow = Pick<Address, 'lane' | 'chunk'> & {
  readonly id: number
  readonly instance_id: string
  readonly subscription_id: string
  readonly idx: number
  readonly request_body: Buffer | null
  readonly response_body: Buffer | null
}

function letterStep(write: Write, places: ReadonlySet<string>, names: Names): Step<LetterRow> {
  function isOfPerson({ lane, chunk, idx: index, request_body, response_body }: LetterRow): boolean {
    const texts = [request_body, response_body].map((bytes) => (bytes === null ? '' : unpackBytes(bytes)))
    return places.has(addressText({ lane, chunk, index })) || texts.some(names)
  }
  return {
    sql: 'select id, instance_id, subscription_id, lane, chunk, idx, request_body, response_body from dead_letters',
    async erase(tx, rows) {
      const ids = rows.filter(isOfPerson).map(({ id }) => id)
      if (ids.length === 0) return 0
      const gone = await tx.rows<{ of: string; part: string }>(
        `delete from dead_letters where id = any($1::bigint[])
         returning instance_id as "of", subscription_id as part`,
        [ids],
      )
      const counts = gone.flatMap((owner): readonly Count[] => [
        { ...owner, name: 'dead', count: -1 },
        { ...owner, name: 'givenUp', count: 1 },
      ])
      await write(tx, { counts })
      return gone.length
    },
  }
}

type RefusalRow = Pick<Address, 'lane' | 'chunk'> & {
  readonly id: number
  readonly idx: number
  readonly text: Buffer
}

function refusalStep(places: ReadonlySet<string>, names: Names): Step<RefusalRow> {
  return {
    sql: 'select id, lane, chunk, idx, text from refusals',
    async erase(tx, rows) {
      const ofPerson = rows.filter(
        ({ lane, chunk, idx: index, text }) =>
          places.has(addressText({ lane, chunk, index })) || names(unpackBytes(text)),
      )
      if (ofPerson.length === 0) return 0
      const ids = ofPerson.map(({ id }) => id)
      return (await tx.rows('delete from refusals where id = any($1::bigint[]) returning id', [ids])).length
    },
  }
}

/** A replay may have been asked for by an id, in a trigger or a text: one that runs could not go on without it. */
async function clearReplays(tx: Queries, names: Names): Promise<void> {
  const rows = await tx.rows<{ id: number; asked: string; selection: string }>(
    'select id, asked, selection from replays order by id for update',
  )
  for (const { id, asked, selection } of rows) {
    const [clean, cleanSelection] = [withoutNames(asked, names), withoutNames(selection, names)]
    if (clean === asked && cleanSelection === selection) continue
    await tx.rows(
      `update replays set asked = $2, selection = $3,
         code = case when state = 'running' then 'REPLAY_IMPOSSIBLE' else code end,
         text = case when state = 'running' then $4 else text end,
         state = case when state = 'running' then 'failed' else state end
       where id = $1`,
      [id, clean, cleanSelection, ERASED_TEXT],
    )
  }
}
