import type { Postgres } from '../../postgres/connect.ts'
import { storedJson } from '../../postgres/text.ts'
import type { ChangedUse, ClosedUse, SharedUses, StoredUse } from '../ledger.ts'
import { readUnits, type Units, unitsText } from '../units.ts'
import { packBytes, unpackBytes } from './body-bytes.ts'

/**
 * So long after its reservation a use of another process is taken as answered: the process has ended without saying so. Longer than
 * a batch can be on its way: a request's time and the tries in it.
 */
const OPEN_MS_MAX = 300_000

/**
 * Changes what is used of an instance's budgets, one process after another: versions and ids rise in the order in which changes can
 * be seen. A reservation by somebody who does not know of all reservations of others yet is refused (null): `seen` is the newest id
 * that they know.
 */
export const CHANGE_USES = `
create function change_uses(b jsonb, bodies bytea) returns bigint language plpgsql as $$
declare
  new_id bigint;
begin
  perform pg_advisory_xact_lock(hashtext('millrace budget'), hashtext(current_schema() || ' ' || (b->>'instanceId')));
  update budget_uses as u set at_ms = x.at_ms, version = nextval('use_versions'),
      units = case when x.units_at is null then u.units else substr(bodies, x.units_at, x.units_size) end
    from jsonb_to_recordset(b->'closed') as x (id bigint, at_ms float8, units_at int, units_size int)
    where u.id = x.id and u.instance_id = b->>'instanceId';
  if b->'units_at' is null then
    return null;
  end if;
  update budget_uses set at_ms = extract(epoch from opened_at) * 1000 + ${OPEN_MS_MAX}, version = nextval('use_versions')
    where instance_id = b->>'instanceId' and at_ms is null and owner <> b->>'owner'
      and opened_at < clock_timestamp() - interval '${OPEN_MS_MAX} milliseconds';
  if b ? 'seen' and exists (select from budget_uses where instance_id = b->>'instanceId' and owner <> b->>'owner'
      and id > (b->>'seen')::bigint) then
    return null;
  end if;
  delete from budget_uses where instance_id = b->>'instanceId' and at_ms < (b->>'before_ms')::float8;
  insert into budget_uses (instance_id, owner, version, units)
    values (b->>'instanceId', b->>'owner', nextval('use_versions'), substr(bodies, (b->>'units_at')::int, (b->>'units_size')::int))
    returning id into new_id;
  return new_id;
end $$;
`

type UseRow = { readonly id: number; readonly at_ms: number | null; readonly units: Buffer }
type Change = {
  readonly instanceId: string
  readonly closed: readonly ClosedUse[]
  readonly units?: Units
  readonly before_ms?: number
  readonly seen?: number
}

/** What all owners use of the budgets of an instance. `owner` is this process. */
export function usesTable(db: Postgres, owner: string) {
  async function change({ instanceId, closed, units, before_ms, seen }: Change): Promise<number | null> {
    const pieces: Buffer[] = []
    let end = 1
    const add = (one: Units | undefined) => {
      if (one === undefined) return {}
      const bytes = packBytes(unitsText(one))
      const at = end
      pieces.push(bytes)
      end += bytes.length
      return { units_at: at, units_size: bytes.length }
    }
    const uses = closed.map(({ id, at_ms, units }) => ({ id, at_ms, ...add(units) }))
    const json = storedJson({ instanceId, owner, closed: uses, before_ms, seen, ...add(units) })
    const sql = 'select change_uses($1::jsonb, $2::bytea) as id'
    const [row] = await db.rows<{ id: number | null }>(sql, [json, Buffer.concat(pieces)])
    return row?.id ?? null
  }

  return {
    async reserve(instanceId: string, units: Units, closed: readonly ClosedUse[], before_ms: number) {
      return Number(await change({ instanceId, units, closed, before_ms }))
    },
    async closeUses(instanceId: string, closed: readonly ClosedUse[]): Promise<void> {
      await change({ instanceId, closed })
    },
    async budgetUses(instanceId: string): Promise<readonly StoredUse[]> {
      const sql = 'select id, at_ms, units from budget_uses where instance_id = $1 order by id'
      return (await db.rows<UseRow>(sql, [instanceId])).map(readUse)
    },
    shared: sharedUses(db, owner, change),
  }
}

function sharedUses(
  db: Postgres,
  owner: string,
  change: (change: Change) => Promise<number | null>,
): SharedUses {
  return {
    async reserve(instanceId, units, closed, { before_ms, seen }) {
      return (await change({ instanceId, units, closed, before_ms, seen: seen.id })) ?? undefined
    },
    async othersSince(instanceId, seen, open) {
      const rows = await db.rows<UseRow & { readonly version: number }>(
        `select id, at_ms, units, version from budget_uses where instance_id = $1 and version > $2 and owner <> $3
         order by version`,
        [instanceId, seen.version, owner],
      )
      const there =
        open.length === 0
          ? []
          : await db.rows<{ id: number }>(
              'select id from budget_uses where instance_id = $1 and id = any($2::bigint[])',
              [instanceId, open],
            )
      const ids = new Set(there.map(({ id }) => id))
      return {
        uses: rows.map(readUse) as readonly ChangedUse[],
        gone: open.filter((id) => !ids.has(id)),
        seen: {
          id: rows.reduce((newest, { id }) => Math.max(newest, id), seen.id),
          version: rows.at(-1)?.version ?? seen.version,
        },
      }
    },
  }
}

function readUse({ id, at_ms, units }: UseRow): StoredUse {
  return { id, at_ms: at_ms ?? undefined, units: readUnits(unpackBytes(units)) }
}
