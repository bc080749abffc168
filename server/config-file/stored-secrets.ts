import type { Configuration, Instance } from '../../core/configuration.ts'
import { isSameServer, type SqlSettings } from '../../core/sql/settings.ts'
import { exportedSecrets } from './exported-secrets.ts'
import type { Catalogue } from './read-instances.ts'
import { isObject } from './reader.ts'
import { plainText } from './references.ts'

/**
 * The value of a configuration file in which every secret that is written as the export writes it is the one that is stored:
 * it stays as it is. It must stand at its own place, in a destination of the same kind: a secret is not to be had elsewhere.
 * What a variable of this server holds is never looked at, for whoever may change the configuration could read it so.
 */
export function withStoredSecrets(value: unknown, stored: Configuration, catalogue: Catalogue): unknown {
  if (!isObject(value)) return value
  const secrets = exportedSecrets(catalogue)
  const written = new Map(stored.instances.map((instance) => [instance.id, secrets.settings(instance)]))
  const channels = new Map(
    (stored.alerts?.channels ?? []).map((one) => [one.id, [one, secrets.channel(one)] as const]),
  )
  const known = new Map(stored.instances.map((instance) => [instance.id, instance]))

  function destination(given: unknown): unknown {
    if (!isObject(given) || !isObject(given['settings'])) return given
    const instance = known.get(String(given['id']))
    if (instance === undefined || instance.kind !== given['kind']) return given
    const references = written.get(instance.id) ?? {}
    return { ...given, settings: kept(given['settings'], references, instance.settings) }
  }
  function channel(given: unknown): unknown {
    if (!isObject(given)) return given
    const [is, shown] = channels.get(String(given['id'])) ?? []
    if (is === undefined || !('url' in is) || shown === undefined || !('url' in shown)) return given
    return given['url'] === shown.url ? { ...given, url: plainText(is.url) } : given
  }
  function source(given: unknown): unknown {
    if (!isObject(given) || !isObject(given['sql'])) return given
    const is = stored.sources.find(({ id, kind }) => id === given['id'] && kind === given['kind'])
    const { password } = is?.sql ?? {}
    if (is?.sql === undefined || password === undefined) return given
    const isKept =
      given['sql']['password'] === secrets.sql(is)?.password &&
      isSameServer(is.sql, given['sql'] as SqlSettings)
    return isKept ? { ...given, sql: { ...given['sql'], password: plainText(password) } } : given
  }
  const { sources, destinations, alerts } = value
  return {
    ...value,
    ...(Array.isArray(sources) ? { sources: sources.map(source) } : {}),
    ...(Array.isArray(destinations) ? { destinations: destinations.map(destination) } : {}),
    ...(isObject(alerts) && Array.isArray(alerts['channels'])
      ? { alerts: { ...alerts, channels: alerts['channels'].map(channel) } }
      : {}),
  }
}

/** What is written as a reference, and is stored as something else, is a secret. */
function kept(given: object, references: Instance['settings'], settings: Instance['settings']): object {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const is = Object.hasOwn(settings, name) ? settings[name] : undefined
      const isKept = typeof is === 'string' && value === references[name] && value !== plainText(is)
      return [name, isKept ? plainText(is) : value]
    }),
  )
}

/** Every secret of what is stored already, whatever the new configuration says: for who must not find out by comparing. */
export function keepSecrets(
  after: Configuration,
  before: Configuration,
  catalogue: Catalogue,
): Configuration {
  const instances = after.instances.map((instance) => {
    const was = before.instances.find(({ id, kind }) => id === instance.id && kind === instance.kind)
    if (was === undefined) return instance
    const fields = catalogue.get(instance.kind)?.settings ?? {}
    const secrets = Object.keys(instance.settings).filter(
      (name) => (fields[name]?.type ?? 'secret') === 'secret' && Object.hasOwn(was.settings, name),
    )
    const settings = Object.fromEntries(secrets.map((name) => [name, was.settings[name] ?? null]))
    return { ...instance, settings: { ...instance.settings, ...settings } }
  })
  const channels = after.alerts?.channels.map((channel) => {
    const was = before.alerts?.channels.find(({ id, kind }) => id === channel.id && kind === channel.kind)
    return was ?? channel
  })
  const sources = after.sources.map((source) => {
    const was = before.sources.find(({ id, kind }) => id === source.id && kind === source.kind)?.sql
    if (source.sql === undefined || was?.password === undefined || source.sql.password === undefined)
      return source
    return { ...source, sql: { ...source.sql, password: was.password } }
  })
  return {
    ...after,
    sources,
    instances,
    ...(after.alerts === undefined || channels === undefined
      ? {}
      : { alerts: { ...after.alerts, channels } }),
  }
}
