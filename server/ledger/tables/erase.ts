import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { type Address, addressText } from '../../../core/event.ts'
import { type Names, naming, remembering, subjectOf } from '../../../core/persons/person.ts'
import { transaction } from '../../sqlite/migrate.ts'
import { unpackAddresses } from '../addresses.ts'
import { packText, type StoredText, unpackText } from '../body.ts'
import { ERASED_TEXT, type ErasingLedger, type Erasure, NOTHING_ERASED } from '../erase.ts'
import type { Count } from '../ledger.ts'
import type { Replayed } from '../replays.ts'
import { readUnits, unitsText, withoutSubjects } from '../units.ts'
import { ROW_bytes } from './rows.ts'

/** A step holds the writer for some milliseconds: each row's bodies are unpacked and looked through. */
const STEP_count = 100

type Books = {
  readonly addCount: (count: Count) => void
  readonly endReplayed: (instanceId: string, ended: readonly Replayed[]) => void
}

/** Takes a person out of the tables. */
export function erasePeople(
  db: DatabaseSync,
  books: Books,
): Pick<ErasingLedger, 'erasePending' | 'eraseHistory'> {
  return {
    async erasePending(instanceId, person, at_ms) {
      return transaction(db, () => ({
        ...NOTHING_ERASED,
        parked: endParked(db, books, instanceId, person.addresses, at_ms),
        remembered: forget(db, instanceId, person),
      }))
    },
    async eraseHistory(person) {
      const names = naming(person.ids, person.derived)
      const places = new Set(person.addresses.map(addressText))
      const attempts = await inSteps(db, 'attempts', attemptStep(db, places, names))
      const deadLetters = await inSteps(db, 'dead_letters', letterStep(db, books, places, names))
      const refusals = await inSteps(db, 'refusals', refusalStep(db, places, names))
      transaction(db, () => clearReplays(db, names))
      return { ...NOTHING_ERASED, attempts, deadLetters, refusals }
    },
  }
}

type ParkedRow = {
  readonly id: number
  readonly subject: string
  readonly subscription_id: string
  readonly replay_id: number | null
  readonly of_dead: number
}

/** What a replay had parked ends as skipped; the rest as forgotten. */
function endParked(
  db: DatabaseSync,
  { addCount, endReplayed }: Books,
  instanceId: string,
  addresses: readonly Address[],
  at_ms: number,
): number {
  const at = db.prepare(`
    select id, subject, subscription_id, replay_id, of_dead from parked
    where lane = ? and chunk = ? and idx = ? and instance_id = ?
  `)
  const end = db.prepare('delete from parked where id = ?')
  let count = 0
  for (const address of addresses) {
    const { lane, chunk, index } = address
    for (const row of at.all(lane, chunk, index, instanceId) as ParkedRow[]) {
      const { subscription_id: subscriptionId, replay_id } = row
      end.run(row.id)
      count += 1
      if (replay_id !== null) {
        const replay = { id: replay_id, isDead: row.of_dead === 1 }
        endReplayed(instanceId, [{ replay, subscriptionId, address, end: { status: 'skipped' }, at_ms }])
        continue
      }
      addCount({ of: instanceId, part: subscriptionId, name: 'parked', count: -1 })
      addCount({ of: instanceId, part: subscriptionId, name: 'forgotten', count: 1 })
    }
  }
  if (count > 0) tidySubjects(db, instanceId)
  return count
}

/** A subject that has nothing left is gone; one whose first delivery went has another first. */
function tidySubjects(db: DatabaseSync, instanceId: string): void {
  db.prepare(`
    delete from parked_subjects where instance_id = ?1 and not exists (
      select 1 from parked where parked.instance_id = ?1 and parked.subject = parked_subjects.subject)
  `).run(instanceId)
  db.prepare(`
    update parked_subjects set is_aside = (
      select aside is not null from parked
      where parked.instance_id = ?1 and parked.subject = parked_subjects.subject order by id limit 1)
    where instance_id = ?1
  `).run(instanceId)
}

function forget(db: DatabaseSync, instanceId: string, { ids, derived }: Erasure): number {
  const [isRemembered, isSubject] = [remembering(ids, derived), subjectOf(ids, derived)]
  let count = 0
  const remove = db.prepare('delete from remembered where instance_id = ? and key = ?')
  const rows = db.prepare('select key, value from remembered where instance_id = ?').all(instanceId)
  for (const { key, value } of rows as { key: string; value: string }[]) {
    if (isRemembered(key) || isRemembered(value)) count += Number(remove.run(instanceId, key).changes)
  }
  const set = db.prepare('update budget_uses set units = ? where id = ?')
  const uses = db.prepare('select id, units from budget_uses where instance_id = ?').all(instanceId)
  for (const { id, units } of uses as { id: number; units: StoredText }[]) {
    const before = readUnits(unpackText(units))
    const after = withoutSubjects(before, isSubject)
    if (after !== before) set.run(packText(unitsText(after)).stored, id)
  }
  // A reason quotes what the receiver answered. If it still holds, it is told anew.
  db.prepare('update failing set text = ? where reader_id = ?').run(ERASED_TEXT, instanceId)
  db.prepare('update states set text = ? where instance_id = ? and text is not null').run(
    ERASED_TEXT,
    instanceId,
  )
  return count
}

type Step<Row> = { readonly columns: string; readonly erase: (row: Row) => number }

/** Goes through a table in the order of its ids; others get their turn between two steps. */
async function inSteps<Row extends { readonly id: number }>(
  db: DatabaseSync,
  table: string,
  { columns, erase }: Step<Row>,
): Promise<number> {
  const next = db.prepare(`select ${columns} from ${table} where id > ? order by id limit ${STEP_count}`)
  let [after, count] = [0, 0]
  // The ledger may be closed between two steps: it is begun again at the next start.
  while (db.isOpen) {
    const rows = transaction(db, () => {
      const found = next.all(after) as unknown as Row[]
      for (const row of found) count += erase(row)
      return found
    })
    const last = rows.at(-1)
    if (last === undefined) break
    after = last.id
    await setImmediate()
  }
  return count
}

type AttemptRow = {
  readonly id: number
  readonly bytes: number
  readonly url: string
  readonly text: string | null
  readonly addresses: Uint8Array
  readonly request_body: StoredText
  readonly response_body: StoredText
  readonly adjustments: StoredText | null
  readonly body_of: number | null
}

/** A batch carries many people: its attempt stays, and shows no body any more. */
function attemptStep(db: DatabaseSync, places: ReadonlySet<string>, names: Names): Step<AttemptRow> {
  const columns = 'id, bytes, url, text, addresses, request_body, response_body, adjustments, body_of'
  const one = db.prepare(`select ${columns} from attempts where id = ?`)
  const set = db.prepare(`
    update attempts set request_body = :text, response_body = '', request_bytes = 0, response_bytes = 0,
      text = iif(text is null, null, :text), url = :url, adjustments = null, adjustments_count = 0, bytes = :bytes
    where id = :id
  `)
  const total = db.prepare('update attempt_bytes set total = total + ?')

  function isOfPerson({ addresses, url, text, request_body, response_body, adjustments }: AttemptRow) {
    if (unpackAddresses(addresses).some((address) => places.has(addressText(address)))) return true
    const bodies = [request_body, response_body, adjustments ?? ''].map((body) => unpackText(body))
    return [url, text ?? '', ...bodies].some(names)
  }
  function clear(row: AttemptRow): number {
    if (row.request_body === ERASED_TEXT && row.response_body === '') return 0
    const { id, addresses } = row
    const bytes = ROW_bytes + addresses.length + ERASED_TEXT.length
    const url = names(row.url) ? new URL(row.url).origin : row.url
    set.run({ id, url, bytes, text: ERASED_TEXT })
    total.run(bytes - row.bytes)
    return 1
  }
  return {
    columns,
    erase(row) {
      if (!isOfPerson(row)) return 0
      // Another attempt may hold its request.
      const keeper = row.body_of === null ? undefined : (one.get(row.body_of) as AttemptRow | undefined)
      return clear(row) + (keeper === undefined ? 0 : clear(keeper))
    },
  }
}

type LetterRow = {
  readonly id: number
  readonly instance_id: string
  readonly subscription_id: string
  readonly lane: number
  readonly chunk: number
  readonly idx: number
  readonly request_body: StoredText | null
  readonly response_body: StoredText | null
}

function letterStep(
  db: DatabaseSync,
  { addCount }: Books,
  places: ReadonlySet<string>,
  names: Names,
): Step<LetterRow> {
  const remove = db.prepare('delete from dead_letters where id = ?')
  return {
    columns: 'id, instance_id, subscription_id, lane, chunk, idx, request_body, response_body',
    erase({ id, instance_id: of, subscription_id: part, lane, chunk, idx: index, ...bodies }) {
      const texts = [bodies.request_body ?? '', bodies.response_body ?? '']
      if (!places.has(addressText({ lane, chunk, index })) && !texts.some((text) => names(unpackText(text))))
        return 0
      remove.run(id)
      addCount({ of, part, name: 'dead', count: -1 })
      addCount({ of, part, name: 'givenUp', count: 1 })
      return 1
    },
  }
}

type RefusalRow = {
  readonly id: number
  readonly lane: number
  readonly chunk: number
  readonly idx: number
  readonly text: StoredText
}

function refusalStep(db: DatabaseSync, places: ReadonlySet<string>, names: Names): Step<RefusalRow> {
  const remove = db.prepare('delete from refusals where id = ?')
  return {
    columns: 'id, lane, chunk, idx, text',
    erase({ id, lane, chunk, idx: index, text }) {
      if (!places.has(addressText({ lane, chunk, index })) && !names(unpackText(text))) return 0
      return Number(remove.run(id).changes)
    },
  }
}

/** A replay may have been asked for by an id, in a trigger or a text: one that runs could not go on without it. */
function clearReplays(db: DatabaseSync, names: Names): void {
  const rows = db.prepare('select id, asked, selection from replays').all()
  const set = db.prepare(`
    update replays set asked = ?, selection = ?, state = iif(state = 'running', 'failed', state),
      code = iif(state = 'running', 'REPLAY_IMPOSSIBLE', code), text = iif(state = 'running', ?, text)
    where id = ?
  `)
  for (const { id, asked, selection } of rows as { id: number; asked: string; selection: string }[]) {
    if (!namesInside(asked, names) && !namesInside(selection, names)) continue
    set.run(withoutNames(asked, names), withoutNames(selection, names), ERASED_TEXT, id)
  }
}

function namesInside(json: string, names: Names): boolean {
  return withoutNames(json, names) !== json
}

export function withoutNames(json: string, names: Names): string {
  return JSON.stringify(JSON.parse(json), (_, value) =>
    typeof value === 'string' && (names(value) || names(JSON.stringify({ identity: value })))
      ? ERASED_TEXT
      : value,
  )
}
