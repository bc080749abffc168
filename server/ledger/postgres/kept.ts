import type { ErrorCode } from '../../../core/errors.ts'
import type { Queries } from '../../postgres/connect.ts'
import type { InstanceState, Ledger } from '../ledger.ts'
import { indexKey } from './keys.ts'

type StateRow = {
  readonly instance_id: string
  readonly state: InstanceState['state']
  readonly since_ms: number
  readonly code: ErrorCode | null
  readonly text: string | null
}

/** Each key by itself: a table that PostgreSQL has not looked through yet seems so small to it that it reads all that an instance remembers. */
const RECALL = `
  select found.key, found.value from unnest($2::text[]) as wanted (key_key) cross join lateral (
    select key, value from remembered
    where instance_id = $1 and key_key = wanted.key_key and (until_ms is null or until_ms > $3) limit 1) as found
`

/** What an instance must know after a restart, but for its budgets: what it remembers and what it does. */
export function keptTables(db: Queries) {
  return {
    async recall(instanceId: string, keys: readonly string[], now_ms: number) {
      if (keys.length === 0) return new Map()
      const rows = await db.rows<{ key: string; value: string }>(RECALL, [
        instanceId,
        keys.map(indexKey),
        now_ms,
      ])
      const found = new Map(rows.map(({ key, value }) => [key, value]))
      return new Map(keys.flatMap((key) => (found.has(key) ? [[key, found.get(key) as string]] : [])))
    },
    async trimMemory(instanceIds: readonly string[], now_ms: number): Promise<void> {
      await db.rows('delete from remembered where until_ms <= $1 or instance_id <> all($2::text[])', [
        now_ms,
        instanceIds,
      ])
    },
    async setState(instanceId: string, { state, since_ms, reason }: InstanceState): Promise<void> {
      await db.rows(
        `insert into states (instance_id, state, since_ms, code, text) values ($1, $2, $3, $4, $5)
         on conflict (instance_id) do update
           set state = excluded.state, since_ms = excluded.since_ms, code = excluded.code, text = excluded.text`,
        [instanceId, state, since_ms, reason?.code ?? null, reason?.text ?? null],
      )
    },
    async states(): Promise<ReadonlyMap<string, InstanceState>> {
      const rows = await db.rows<StateRow>('select * from states order by instance_id')
      return new Map(rows.map((row) => [row.instance_id, readState(row)]))
    },
  } satisfies Partial<Ledger>
}

function readState({ state, since_ms, code, text }: StateRow): InstanceState {
  return { state, since_ms, ...(code === null || text === null ? {} : { reason: { code, text } }) }
}
