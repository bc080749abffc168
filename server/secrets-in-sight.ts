import { secretsOfChannel } from '../core/alert-channels.ts'
import { type Configuration, writeKeysOf } from '../core/configuration.ts'
import type { Destination } from '../core/destination.ts'
import { type Mask, maskOf, secretsIn } from '../core/mask.ts'
import { readSettings } from '../core/payload.ts'
import type { ServerConfig } from './config.ts'

/** A line is JSON: what is shorter could be a number in it, or a part of a name. */
const IN_LOG_CHARS_MIN = 4
/** The oldest are forgotten over it: nobody changes so many in the life of a process. */
const KNOWN_MAX = 10_000

/**
 * The last border: whatever is about to be written into the server's log goes through it, and is without the secrets that
 * are known then. What was known before is still hidden: a line may come late.
 */
export function secretsInSight({
  mail,
  secretKey,
  postgres,
  nats,
  login,
}: Pick<ServerConfig, 'mail' | 'secretKey' | 'postgres' | 'nats' | 'login'>) {
  const known = new Set(secretKey.kind === 'given' ? [secretKey.text.reveal().trim()] : [])
  for (const text of [nats?.pass, login.sso.clientSecret]) if (text !== undefined) known.add(text)
  for (const url of [mail.smtpUrl, postgres.url]) {
    if (url === undefined) continue
    const { password } = new URL(url)
    for (const text of [url, password, decodeURIComponent(password)]) known.add(text)
  }
  const longEnough = () => [...known].filter(({ length }) => length >= IN_LOG_CHARS_MIN)
  let mask = maskOf(longEnough())
  return {
    mask: ((text) => mask(text)) satisfies Mask,
    add(configuration: Configuration, catalogue: ReadonlyMap<string, Destination>): void {
      const before = known.size
      for (const text of secretsOfConfiguration(configuration, catalogue)) known.add(text)
      if (known.size === before) return
      for (const text of [...known].slice(0, -KNOWN_MAX)) known.delete(text)
      mask = maskOf(longEnough())
    },
  }
}
export type SecretsInSight = ReturnType<typeof secretsInSight>

function secretsOfConfiguration(
  { sources, instances, alerts }: Configuration,
  catalogue: ReadonlyMap<string, Destination>,
): readonly string[] {
  return [
    ...sources.flatMap(writeKeysOf),
    ...sources.flatMap(({ sql }) => (sql?.password === undefined ? [] : [sql.password])),
    ...instances.flatMap(({ kind, settings }) => {
      const destination = catalogue.get(kind)
      const read = destination === undefined ? undefined : readSettings(destination.settings, settings)
      return read?.ok === true ? secretsIn(read.values) : []
    }),
    ...(alerts?.channels ?? []).flatMap(secretsOfChannel),
  ]
}
