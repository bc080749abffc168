import type { AlertChannel, Instance, Source } from '../../core/configuration.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import type { Catalogue } from './read-instances.ts'
import { plainText, referenceText } from './references.ts'

/**
 * Writes references in place of secrets, and remembers which. The names come from ids and fields alone, so that the same
 * configuration is always written with the same ones.
 */
export function exportedSecrets(catalogue: Catalogue) {
  const texts = new Map<string, string>()
  function reference(parts: readonly string[], text: string): string {
    const base = variableName(parts)
    let name = base
    for (let number = 2; texts.has(name); number++) name = `${base}_${number}`
    texts.set(name, text)
    return referenceText({ kind: 'env', name })
  }
  return {
    /** What each variable must hold, in the order of the file. */
    texts: texts as ReadonlyMap<string, string>,
    /** What is not known to be no secret is one. */
    settings({ id, kind, settings }: Instance): JsonObject {
      const fields = catalogue.get(kind)?.settings ?? {}
      const entries = Object.entries(settings).map(([name, value]): [string, Json] => {
        const type = Object.hasOwn(fields, name) ? fields[name]?.type : 'secret'
        if (type !== 'secret' || typeof value !== 'string' || value === '') return [name, written(value)]
        return [name, reference([id, name], value)]
      })
      return Object.fromEntries(entries)
    },
    /** How a source reads its database. */
    sql({ id, sql }: Source): Source['sql'] {
      const { password } = sql ?? {}
      return sql === undefined || password === undefined
        ? sql
        : { ...sql, password: reference([id, 'sqlPassword'], password) }
    },
    channel(channel: AlertChannel): AlertChannel {
      return channel.kind === 'email'
        ? channel
        : { ...channel, url: reference(['alerts', channel.id, 'url'], channel.url) }
    },
  }
}

/** `HEAP_API_KEY` of `heap` and `apiKey`. */
function variableName(parts: readonly string[]): string {
  const name = parts
    .map((part) => part.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll(/[^A-Za-z0-9]+/g, '_'))
    .join('_')
    .toUpperCase()
  // A variable begins with no digit, and those that begin so are options of the server.
  return /^\d|^MILLRACE_/.test(name) ? `_${name}` : name
}

function written(value: Json): Json {
  if (typeof value === 'string') return plainText(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(written)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]))
}
