import type { Kysely, Selectable } from 'kysely'
import type {
  AlertSettings,
  Configuration,
  Instance,
  Privacy,
  Source,
  SourceKind,
  Subscription,
} from '../../core/configuration.ts'
import type { JsonObject } from '../../core/event.ts'
import type { Mapping } from '../../core/mapping/mapping.ts'
import type { RedactRule } from '../../core/redact/rule.ts'
import type { SqlSettings } from '../../core/sql/settings.ts'
import type { PlanRule, SourcePlan, TrackingPlan } from '../../core/tracking-plan/tracking-plan.ts'
import { openCell, type SealedColumn, sealCell } from '../secrets/sealed-columns.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { Tables } from './schema.ts'
import { SEALED } from './sealed.ts'

/** Reads the tables into a configuration. Call it in a transaction: the queries must see one moment. */
export async function readAll(db: Kysely<Tables>, sealer: Sealer): Promise<Configuration> {
  const sources = await db.selectFrom('sources').selectAll().orderBy('position').execute()
  const instances = await db.selectFrom('instances').selectAll().orderBy('position').execute()
  const connections = await db.selectFrom('connections').selectAll().orderBy('position').execute()
  const subscriptions = await db.selectFrom('subscriptions').selectAll().orderBy('position').execute()
  const settings = await db.selectFrom('settings').selectAll().execute()
  const plans = await db.selectFrom('plans').selectAll().orderBy('position').execute()
  const sealedAlerts = settings.find(({ name }) => name === ALERTS)?.value
  const sourcesOf = Map.groupBy(connections, (row) => row.instance_id)
  const subscriptionsOf = Map.groupBy(subscriptions, (row) => row.instance_id)
  return {
    sources: sources.map((row) => sourceOf(row, sealer)),
    instances: instances.map((row) =>
      instanceOf(row, sourcesOf.get(row.id) ?? [], subscriptionsOf.get(row.id) ?? [], sealer),
    ),
    ...(plans.length === 0 ? {} : { plans: plans.map(planOf) }),
    ...(sealedAlerts === undefined
      ? {}
      : { alerts: JSON.parse(openCell(sealer, SEALED.alerts, ALERTS, sealedAlerts)) as AlertSettings }),
  }
}
const ALERTS = 'alerts'

/**
 * Makes the tables hold this configuration. Everything is written anew: it is small, it changes seldom, and there is
 * no second way in which a row can come to be. Call it in a transaction.
 */
export async function replaceAll(
  db: Kysely<Tables>,
  { sources, instances, plans = [], alerts }: Configuration,
  sealer: Sealer,
): Promise<void> {
  await db.deleteFrom('instances').execute() // and, by the foreign keys, their connections and subscriptions
  await db.deleteFrom('sources').execute()
  for (const [position, source] of sources.entries()) await insertSource(db, source, position, sealer)
  for (const [position, instance] of instances.entries()) {
    await insertInstance(db, instance, position, sealer)
  }
  await db.deleteFrom('plans').execute()
  for (const [position, { id, name, rules }] of plans.entries()) {
    const row = { id, position, name, rules: JSON.stringify(rules) }
    await db.insertInto('plans').values(row).execute()
  }
  await db.deleteFrom('settings').where('name', '=', ALERTS).execute()
  if (alerts === undefined) return
  const value = sealCell(sealer, SEALED.alerts, ALERTS, JSON.stringify(alerts))
  await db.insertInto('settings').values({ name: ALERTS, value }).execute()
}

async function insertSource(
  db: Kysely<Tables>,
  source: Source,
  position: number,
  sealer: Sealer,
): Promise<void> {
  const {
    id,
    name,
    kind,
    writeKey,
    olderWriteKeys,
    disabledWriteKeys,
    origins,
    privacy = null,
    redact,
    transform = null,
    plan,
    sql,
  } = source
  const sealed = (column: SealedColumn, list: readonly string[] | undefined) =>
    list === undefined ? null : sealCell(sealer, column, id, JSON.stringify(list))
  await db
    .insertInto('sources')
    .values({
      ...{ id, name, kind, position, privacy, transform },
      write_key: sealCell(sealer, SEALED.writeKey, id, writeKey),
      older_write_keys: sealed(SEALED.olderWriteKeys, olderWriteKeys),
      disabled_write_keys: sealed(SEALED.disabledWriteKeys, disabledWriteKeys),
      origins: origins === undefined ? null : JSON.stringify(origins),
      redact: jsonOrNull(redact),
      plan: jsonOrNull(plan),
      sql: sql === undefined ? null : sealCell(sealer, SEALED.sql, id, JSON.stringify(sql)),
    })
    .execute()
}

async function insertInstance(
  db: Kysely<Tables>,
  instance: Instance,
  position: number,
  sealer: Sealer,
): Promise<void> {
  const { id: instance_id, kind, name, enabled, paused = false } = instance
  const settings = sealCell(sealer, SEALED.settings, instance_id, JSON.stringify(instance.settings))
  const consent = instance.consent === undefined ? null : JSON.stringify(instance.consent)
  await db
    .insertInto('instances')
    .values({
      id: instance_id,
      position,
      kind,
      name,
      enabled: Number(enabled),
      paused: Number(paused),
      settings,
      consent,
      redact: jsonOrNull(instance.redact),
    })
    .execute()
  for (const [position, source_id] of instance.sources.entries()) {
    await db.insertInto('connections').values({ instance_id, source_id, position }).execute()
  }
  for (const [
    position,
    { id, action, name, enabled, trigger, transform = null, mapping },
  ] of instance.subscriptions.entries()) {
    const rest = {
      action,
      name,
      enabled: Number(enabled),
      trigger,
      transform,
      mapping: JSON.stringify(mapping),
    }
    await db
      .insertInto('subscriptions')
      .values({ instance_id, id, position, ...rest })
      .execute()
  }
}

type Row<Table extends keyof Tables> = Selectable<Tables[Table]>

function planOf({ id, name, rules }: Row<'plans'>): TrackingPlan {
  return { id, name, rules: JSON.parse(rules) as readonly PlanRule[] }
}

function jsonOrNull(value: readonly RedactRule[] | SourcePlan | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function sourceOf(row: Row<'sources'>, sealer: Sealer): Source {
  const { id, name, kind, write_key, older_write_keys, disabled_write_keys, origins, privacy } = row
  const { redact, transform, plan, sql } = row
  const keys = (column: SealedColumn, cell: string) =>
    JSON.parse(openCell(sealer, column, id, cell)) as readonly string[]
  return {
    id,
    name,
    kind: kind as SourceKind,
    writeKey: openCell(sealer, SEALED.writeKey, id, write_key),
    ...(older_write_keys === null ? {} : { olderWriteKeys: keys(SEALED.olderWriteKeys, older_write_keys) }),
    ...(disabled_write_keys === null
      ? {}
      : { disabledWriteKeys: keys(SEALED.disabledWriteKeys, disabled_write_keys) }),
    ...(origins === null ? {} : { origins: JSON.parse(origins) as string[] }),
    ...(privacy === null ? {} : { privacy: privacy as Privacy }),
    ...(redact === null ? {} : { redact: JSON.parse(redact) as readonly RedactRule[] }),
    ...(transform === null ? {} : { transform }),
    ...(plan === null ? {} : { plan: JSON.parse(plan) as SourcePlan }),
    ...(sql === null ? {} : { sql: JSON.parse(openCell(sealer, SEALED.sql, id, sql)) as SqlSettings }),
  }
}

function instanceOf(
  { id, kind, name, enabled, paused, settings, consent, redact }: Row<'instances'>,
  connections: readonly Row<'connections'>[],
  subscriptions: readonly Row<'subscriptions'>[],
  sealer: Sealer,
): Instance {
  return {
    id,
    kind,
    name,
    enabled: enabled === 1,
    ...(paused === 1 ? { paused: true as const } : {}),
    sources: connections.map((row) => row.source_id),
    ...(consent === null ? {} : { consent: JSON.parse(consent) as readonly string[] }),
    ...(redact === null ? {} : { redact: JSON.parse(redact) as readonly RedactRule[] }),
    settings: JSON.parse(openCell(sealer, SEALED.settings, id, settings)) as JsonObject,
    subscriptions: subscriptions.map(subscriptionOf),
  }
}

function subscriptionOf(row: Row<'subscriptions'>): Subscription {
  const { id, action, name, enabled, trigger, transform, mapping } = row
  return {
    ...{ id, action, name, enabled: enabled === 1, trigger },
    ...(transform === null ? {} : { transform }),
    mapping: JSON.parse(mapping) as Mapping,
  }
}
