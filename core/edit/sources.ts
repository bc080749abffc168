import {
  type Configuration,
  type Privacy,
  type Source,
  type SourceKind,
  writeKeysOf,
} from '../configuration.ts'
import { AppError, type PlacedProblem } from '../errors.ts'
import { ORIGINS_MAX, originProblem } from '../origin.ts'
import { slug } from '../presets.ts'
import type { RedactRule } from '../redact/rule.ts'
import { MASK } from '../secret.ts'
import { readSqlSettings } from '../sql/read-settings.ts'
import { isSameServer, isSqlKind, SQL_KINDS, type SqlSettings } from '../sql/settings.ts'
import type { SourcePlan } from '../tracking-plan/tracking-plan.ts'
import { sourcePlanPart } from './source-plan.ts'

/** So many rotations of a source's write key may be under way at once. */
export const OLDER_WRITE_KEYS_MAX = 10

export type NewSource = {
  readonly name: string
  readonly kind: SourceKind
  /** Left out: made from the name. */
  readonly id?: string | undefined
  readonly privacy?: Privacy | undefined
}

/** @throws {AppError} CONFIG_INVALID when the id is taken */
export function addSource(
  configuration: Configuration,
  { name, kind, id: wanted, privacy }: NewSource,
  writeKey: string,
): { readonly configuration: Configuration; readonly id: string } {
  const id = newId(configuration.sources, wanted, name, kind)
  const source: Source = { id, name, kind, writeKey, ...(privacy === undefined ? {} : { privacy }) }
  return { id, configuration: { ...configuration, sources: [...configuration.sources, source] } }
}

export type SourceChange = {
  readonly name?: string | undefined
  readonly privacy?: Privacy | undefined
  /** Empty: pages of every site may send. */
  readonly origins?: readonly string[] | undefined
  /** Empty: nothing is taken out. */
  readonly redact?: readonly RedactRule[] | undefined
  /** Empty: nothing changes its events. */
  readonly transform?: string | undefined
  /** `null`: its events are held to none. */
  readonly plan?: SourcePlan | null | undefined
  /** As the person wrote it: it is checked here. */
  readonly sql?: unknown
}

/** @throws {AppError} NOT_FOUND, CONFIG_INVALID */
export function changeSource(configuration: Configuration, id: string, change: SourceChange): Configuration {
  const { name, privacy, origins, redact, transform, plan, sql } = change
  if (origins !== undefined) checkOrigins(origins)
  return editSource(configuration, id, (whole) => {
    const { origins: before = [], redact: rules = [], transform: text, plan: held, ...source } = whole
    const next = origins ?? before
    return {
      ...source,
      ...redactPart(redact ?? rules),
      ...transformPart(transform ?? text),
      ...sourcePlanPart(configuration, plan === undefined ? held : plan),
      ...(sql === undefined ? {} : { sql: readSql(sql, whole) }),
      ...(name === undefined ? {} : { name }),
      ...(privacy === undefined ? {} : { privacy }),
      ...(next.length === 0 ? {} : { origins: [...new Set(next)] }),
    }
  })
}

/** A password that comes back as it was shown stays, as long as it goes to the same server. @throws {AppError} CONFIG_INVALID */
export function readSql(given: unknown, { kind, sql }: Pick<Source, 'kind' | 'sql'>): SqlSettings {
  if (!isSqlKind(kind)) throw sqlInvalid([{ at: [], problem: `is only for ${SQL_KINDS.join(' and ')}` }])
  const read = readSqlSettings(given, kind)
  if (!read.ok) throw sqlInvalid(read.problems)
  if (read.settings.password !== MASK) return read.settings
  const { password: _, ...settings } = read.settings
  if (sql?.password === undefined) return settings
  if (isSameServer(sql, settings)) return { ...settings, password: sql.password }
  const problem = 'must be entered again: it would go to another server, or be that of another user'
  throw sqlInvalid([{ at: ['password'], problem }])
}

function sqlInvalid(problems: readonly PlacedProblem[]): AppError {
  return new AppError('CONFIG_INVALID', {
    problems: problems.map(({ at, problem }) => ({ at: ['sql', ...at], problem })),
  })
}

/** As people may see it. */
export function shownSql(sql: SqlSettings): SqlSettings {
  return sql.password === undefined ? sql : { ...sql, password: MASK }
}

function checkOrigins(origins: readonly string[]): void {
  const problems = origins.flatMap((origin, index) => {
    const problem = originProblem(origin)
    return problem === undefined ? [] : [{ at: ['origins', index], problem }]
  })
  if (origins.length > ORIGINS_MAX)
    problems.push({ at: ['origins'], problem: `are more than ${ORIGINS_MAX}` })
  if (problems.length > 0) throw new AppError('CONFIG_INVALID', { problems })
}

/** No rules are none at all. */
export function redactPart(redact: readonly RedactRule[]): { readonly redact?: readonly RedactRule[] } {
  return redact.length === 0 ? {} : { redact }
}

/** An empty text is no transformation. */
export function transformPart(transform: string | undefined): { readonly transform?: string } {
  return transform === undefined || transform.trim() === '' ? {} : { transform }
}

/** Its connections go with it. @throws {AppError} NOT_FOUND */
export function removeSource(configuration: Configuration, id: string): Configuration {
  const { sources, instances } = configuration
  find('source', sources, id)
  return {
    ...configuration,
    sources: sources.filter((source) => source.id !== id),
    instances: instances.map((instance) => ({
      ...instance,
      sources: instance.sources.filter((sourceId) => sourceId !== id),
    })),
  }
}

/** The new key is the one for new clients; the one before stays valid. @throws {AppError} NOT_FOUND, CONFIG_INVALID */
export function rotateWriteKey(configuration: Configuration, id: string, writeKey: string): Configuration {
  return editSource(configuration, id, (source) => {
    const olderWriteKeys = writeKeysOf(source)
    if (olderWriteKeys.length > OLDER_WRITE_KEYS_MAX) {
      const problem = `are ${OLDER_WRITE_KEYS_MAX}; remove one first`
      throw new AppError('CONFIG_INVALID', { problems: [{ at: ['olderWriteKeys'], problem }] })
    }
    return { ...source, writeKey, olderWriteKeys }
  })
}

/** @throws {AppError} NOT_FOUND, also for the key that new clients get: a source always has one. */
export function removeWriteKey(configuration: Configuration, id: string, key: string): Configuration {
  return editSource(configuration, id, ({ olderWriteKeys = [], ...source }) => {
    if (!olderWriteKeys.includes(key))
      throw new AppError('NOT_FOUND', { source: id, what: 'older write key' })
    const left = olderWriteKeys.filter((older) => older !== key)
    return withDisabled({ ...source, ...(left.length === 0 ? {} : { olderWriteKeys: left }) }, key, false)
  })
}

/** What is sent with a disabled key is refused until it is enabled again. @throws {AppError} NOT_FOUND */
export function setWriteKeyDisabled(
  configuration: Configuration,
  id: string,
  { key, disabled }: { readonly key: string; readonly disabled: boolean },
): Configuration {
  return editSource(configuration, id, (source) => {
    if (!writeKeysOf(source).includes(key)) throw new AppError('NOT_FOUND', { source: id, what: 'write key' })
    return withDisabled(source, key, disabled)
  })
}

function withDisabled({ disabledWriteKeys = [], ...source }: Source, key: string, disabled: boolean): Source {
  const others = disabledWriteKeys.filter((one) => one !== key)
  const all = disabled ? [...others, key] : others
  return { ...source, ...(all.length === 0 ? {} : { disabledWriteKeys: all }) }
}

function editSource(
  configuration: Configuration,
  id: string,
  edit: (source: Source) => Source,
): Configuration {
  find('source', configuration.sources, id)
  return {
    ...configuration,
    sources: configuration.sources.map((source) => (source.id === id ? edit(source) : source)),
  }
}

/** @throws {AppError} NOT_FOUND */
export function find<Item extends { readonly id: string }>(
  what: string,
  items: readonly Item[],
  id: string,
): Item {
  const found = items.find((item) => item.id === id)
  if (found === undefined) throw new AppError('NOT_FOUND', { [what]: id })
  return found
}

/** The wanted id, or one made from the name: `website`, `website-2`, … @throws {AppError} CONFIG_INVALID */
export function newId(
  items: readonly { readonly id: string }[],
  wanted: string | undefined,
  name: string,
  fallback: string,
): string {
  const taken = new Set(items.map(({ id }) => id))
  if (wanted !== undefined) {
    if (taken.has(wanted)) {
      throw new AppError('CONFIG_INVALID', { problems: [{ at: ['id'], problem: `"${wanted}" is taken` }] })
    }
    return wanted
  }
  // Room for a number within the 64 characters of an id.
  const base = (slug(name) || fallback).slice(0, 58)
  let id = base
  for (let number = 2; taken.has(id); number++) id = `${base}-${number}`
  return id
}
