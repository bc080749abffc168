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
import type { Tables } from './schema.ts'

/** Reads the tables into a configuration. Call it in a transaction: the queries must see one moment. */
export async function readAll(db: Kysely<Tables>): Promise<Configuration> {
  const sources = await db.selectFrom('sources').selectAll().orderBy('position').execute()
  const instances = await db.selectFrom('instances').selectAll().orderBy('position').execute()
  const connections = await db.selectFrom('connections').selectAll().orderBy('position').execute()
  const subscriptions = await db.selectFrom('subscriptions').selectAll().orderBy('position').execute()
  const settings = await db.selectFrom('settings').selectAll().execute()
  const alerts = settings.find(({ name }) => name === 'alerts')?.value
  const sourcesOf = Map.groupBy(connections, (row) => row.instance_id)
  const subscriptionsOf = Map.groupBy(subscriptions, (row) => row.instance_id)
  return {
    sources: sources.map(sourceOf),
    instances: instances.map((row) =>
      instanceOf(row, sourcesOf.get(row.id) ?? [], subscriptionsOf.get(row.id) ?? []),
    ),
    ...(alerts === undefined ? {} : { alerts: JSON.parse(alerts) as AlertSettings }),
  }
}

/**
 * Makes the tables hold this configuration. Everything is written anew: it is small, it changes seldom, and there is
 * no second way in which a row can come to be. Call it in a transaction.
 */
export async function replaceAll(
  db: Kysely<Tables>,
  { sources, instances, alerts }: Configuration,
): Promise<void> {
  await db.deleteFrom('instances').execute() // and, by the foreign keys, their connections and subscriptions
  await db.deleteFrom('sources').execute()
  for (const [position, { writeKey, olderWriteKeys, privacy = null, ...rest }] of sources.entries()) {
    const { redact, ...source } = rest
    const older_write_keys = olderWriteKeys === undefined ? null : JSON.stringify(olderWriteKeys)
    await db
      .insertInto('sources')
      .values({
        ...source,
        position,
        write_key: writeKey,
        older_write_keys,
        privacy,
        redact: jsonOrNull(redact),
      })
      .execute()
  }
  for (const [position, instance] of instances.entries()) await insertInstance(db, instance, position)
  await db.deleteFrom('settings').where('name', '=', 'alerts').execute()
  if (alerts === undefined) return
  await db
    .insertInto('settings')
    .values({ name: 'alerts', value: JSON.stringify(alerts) })
    .execute()
}

async function insertInstance(db: Kysely<Tables>, instance: Instance, position: number): Promise<void> {
  const { id: instance_id, kind, name, enabled, paused = false } = instance
  const settings = JSON.stringify(instance.settings)
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
    { id, action, name, enabled, trigger, mapping },
  ] of instance.subscriptions.entries()) {
    const rest = { action, name, enabled: Number(enabled), trigger, mapping: JSON.stringify(mapping) }
    await db
      .insertInto('subscriptions')
      .values({ instance_id, id, position, ...rest })
      .execute()
  }
}

type Row<Table extends keyof Tables> = Selectable<Tables[Table]>

function jsonOrNull(value: readonly RedactRule[] | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function sourceOf({ id, name, kind, write_key, ...row }: Row<'sources'>): Source {
  const { older_write_keys, privacy, redact } = row
  return {
    id,
    name,
    kind: kind as SourceKind,
    writeKey: write_key,
    ...(older_write_keys === null ? {} : { olderWriteKeys: JSON.parse(older_write_keys) as string[] }),
    ...(privacy === null ? {} : { privacy: privacy as Privacy }),
    ...(redact === null ? {} : { redact: JSON.parse(redact) as readonly RedactRule[] }),
  }
}

function instanceOf(
  { id, kind, name, enabled, paused, settings, consent, redact }: Row<'instances'>,
  connections: readonly Row<'connections'>[],
  subscriptions: readonly Row<'subscriptions'>[],
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
    settings: JSON.parse(settings) as JsonObject,
    subscriptions: subscriptions.map(subscriptionOf),
  }
}

function subscriptionOf(row: Row<'subscriptions'>): Subscription {
  const { id, action, name, enabled, trigger, mapping } = row
  return { id, action, name, enabled: enabled === 1, trigger, mapping: JSON.parse(mapping) as Mapping }
}
