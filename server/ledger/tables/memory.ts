import type { DatabaseSync } from 'node:sqlite'
import type { Remembered } from '../../../core/destination.ts'
import type { ErrorCode } from '../../../core/errors.ts'
import { packText, type StoredText, unpackText } from '../body.ts'
import type { ClosedUse, InstanceState, StoredUse } from '../ledger.ts'
import { readUnits, type Units, unitsText } from '../units.ts'

/** What an instance must know after a restart: what it remembers, what it used of its budgets, what it does. */
export function memoryTables(db: DatabaseSync) {
  return { ...rememberedTable(db), ...usesTable(db), ...stateTable(db) }
}

function rememberedTable(db: DatabaseSync) {
  // One statement for all keys of a batch takes 1 µs a key; one for each took 6, most of it in making a row's object.
  const some = db.prepare(`
    select key, value from remembered
    where instance_id = ? and key in (select value from json_each(?)) and (until_ms is null or until_ms > ?)
  `)
  const set = db.prepare(
    'insert or replace into remembered (instance_id, key, value, until_ms) values (?, ?, ?, ?)',
  )
  const trimOver = db.prepare('delete from remembered where until_ms <= ?')
  const trimGone = db.prepare(
    'delete from remembered where instance_id not in (select value from json_each(?))',
  )
  return {
    recall(instanceId: string, keys: readonly string[], now_ms: number): ReadonlyMap<string, string> {
      const rows = some.all(instanceId, JSON.stringify(keys), now_ms) as { key: string; value: string }[]
      return new Map(rows.map(({ key, value }) => [key, value]))
    },
    remember(instanceId: string, { key, value, until_ms = null }: StoredRemembered): void {
      set.run(instanceId, key, value, until_ms)
    },
    trimMemory(instanceIds: readonly string[], now_ms: number): void {
      trimOver.run(now_ms)
      trimGone.run(JSON.stringify(instanceIds))
    },
  }
}
type StoredRemembered = Omit<Remembered, 'until_ms'> & { readonly until_ms?: number | null }

type UseRow = { id: number; at_ms: number | null; units: StoredText }

function usesTable(db: DatabaseSync) {
  const add = db.prepare('insert into budget_uses (instance_id, units) values (?, ?)')
  const close = db.prepare('update budget_uses set at_ms = ? where instance_id = ? and id = ?')
  const closeWith = db.prepare('update budget_uses set at_ms = ?, units = ? where instance_id = ? and id = ?')
  const trim = db.prepare('delete from budget_uses where instance_id = ? and at_ms < ?')
  const all = db.prepare('select id, at_ms, units from budget_uses where instance_id = ? order by id')
  const store = (units: Units) => packText(unitsText(units)).stored
  return {
    addUse: (instanceId: string, units: Units): number =>
      Number(add.run(instanceId, store(units)).lastInsertRowid),
    closeUse(instanceId: string, { id, at_ms, units }: ClosedUse): void {
      if (units === undefined) close.run(at_ms, instanceId, id)
      else closeWith.run(at_ms, store(units), instanceId, id)
    },
    trimUses(instanceId: string, before_ms: number): void {
      trim.run(instanceId, before_ms)
    },
    budgetUses(instanceId: string): readonly StoredUse[] {
      return (all.all(instanceId) as UseRow[]).map(({ id, at_ms, units }) => ({
        id,
        at_ms: at_ms ?? undefined,
        units: readUnits(unpackText(units)),
      }))
    },
  }
}

type StateRow = {
  instance_id: string
  state: InstanceState['state']
  since_ms: number
  code: ErrorCode | null
  text: string | null
}

function stateTable(db: DatabaseSync) {
  const set = db.prepare(
    'insert or replace into states (instance_id, state, since_ms, code, text) values (?, ?, ?, ?, ?)',
  )
  const all = db.prepare('select * from states order by instance_id')
  const remove = db.prepare('delete from states where instance_id = ?')
  return {
    setState(instanceId: string, { state, since_ms, reason }: InstanceState): void {
      set.run(instanceId, state, since_ms, reason?.code ?? null, reason?.text ?? null)
    },
    states(): ReadonlyMap<string, InstanceState> {
      const rows = all.all() as StateRow[]
      return new Map(rows.map((row) => [row.instance_id, readState(row)]))
    },
    removeState(instanceId: string): void {
      remove.run(instanceId)
    },
  }
}

function readState({ state, since_ms, code, text }: StateRow): InstanceState {
  return { state, since_ms, ...(code === null || text === null ? {} : { reason: { code, text } }) }
}
