import type { Instance, Source } from '../../core/configuration.ts'
import { connectionProblem } from '../../core/connection.ts'
import type { Destination, FieldType } from '../../core/destination.ts'
import type { JsonObject } from '../../core/event.ts'
import { type Path, pathText } from './problem.ts'
import { readRedact } from './read-redact.ts'
import { ID, SOURCES_MAX } from './read-sources.ts'
import { readSubscriptions } from './read-subscriptions.ts'
import {
  isObject,
  type Keys,
  notTextProblem,
  type Reader,
  readFlag,
  readList,
  readObject,
  readText,
  readWord,
  reportRepeats,
  reportUnknown,
} from './reader.ts'

export const INSTANCES_MAX = 1_000
export const CATEGORIES_MAX = 100
export const DESTINATION_KEYS: Keys = {
  required: ['id', 'kind', 'name'],
  optional: ['enabled', 'paused', 'sources', 'consent', 'redact', 'settings', 'actions'],
}
const TEXT_TYPES: readonly FieldType[] = ['string', 'secret', 'datetime']

export type Catalogue = ReadonlyMap<string, Destination>

/** An instance as far as it could be read, and what a check of its settings and actions needs to know. */
export type ReadInstance = {
  readonly instance: Instance
  readonly at: Path
  /** Not there when the file names no kind that exists: then its settings and actions cannot be checked. */
  readonly destination: Destination | undefined
  /** For each subscription its place in the file: actions that do not exist have none. */
  readonly actionIndexes: readonly number[]
}

export function readInstances(
  reader: Reader,
  value: unknown,
  sources: readonly Source[],
  catalogue: Catalogue,
): readonly ReadInstance[] {
  const byId = new Map(sources.filter(({ id }) => id !== '').map((source) => [source.id, source]))
  const instances = readList(reader, ['destinations'], value, INSTANCES_MAX).map((item, index) =>
    readInstance(reader, ['destinations', index], item, byId, catalogue),
  )
  reportRepeats(
    reader,
    instances.map(({ instance, at }) => ({ at: [...at, 'id'], value: instance.id })),
    (first) => `is also ${pathText(first)}; each destination needs an id of its own`,
  )
  return instances
}

function readInstance(
  reader: Reader,
  at: Path,
  value: unknown,
  sources: ReadonlyMap<string, Source>,
  catalogue: Catalogue,
): ReadInstance {
  const given = readObject(reader, at, value, DESTINATION_KEYS)
  const kind = readText(reader, [...at, 'kind'], given['kind'])
  const destination = catalogue.get(kind)
  if (destination === undefined && kind !== '') {
    reportUnknown(reader, [...at, 'kind'], {
      given: kind,
      what: 'a destination',
      known: [...catalogue.keys()],
    })
  }
  const actionsAt = [...at, 'actions']
  const { subscriptions, indexes } = readSubscriptions(reader, actionsAt, given['actions'], destination)
  const consent = readConsent(reader, [...at, 'consent'], given['consent'])
  const instance: Instance = {
    id: readWord(reader, [...at, 'id'], given['id'], ID),
    kind,
    name: readText(reader, [...at, 'name'], given['name']),
    enabled: readFlag(reader, [...at, 'enabled'], given['enabled'], true),
    ...(readFlag(reader, [...at, 'paused'], given['paused'], false) ? { paused: true as const } : {}),
    sources: readConnections(reader, [...at, 'sources'], given['sources'], { sources, destination }),
    ...(consent.length === 0 ? {} : { consent }),
    ...readRedact(reader, [...at, 'redact'], given['redact']),
    settings: readSettings(reader, [...at, 'settings'], given['settings'], destination),
    subscriptions,
  }
  return { instance, at, destination, actionIndexes: indexes }
}

function readConnections(
  reader: Reader,
  at: Path,
  value: unknown,
  {
    sources,
    destination,
  }: { readonly sources: ReadonlyMap<string, Source>; readonly destination: Destination | undefined },
): readonly string[] {
  const connected = readList(reader, at, value, SOURCES_MAX).map((item, index) => {
    const id = readText(reader, [...at, index], item)
    if (item === null) reader.report([...at, index], 'is empty')
    const source = sources.get(id)
    if (id !== '' && source === undefined) {
      const known = [...sources.keys()]
      reportUnknown(reader, [...at, index], { given: id, what: 'the id of a source', known })
    }
    const problem = source && destination && connectionProblem(source, destination)
    if (problem !== undefined) reader.report([...at, index], problem)
    return id
  })
  reportRepeats(
    reader,
    connected.map((id, index) => ({ at: [...at, index], value: id })),
    () => 'is here twice',
  )
  return connected
}

function readConsent(reader: Reader, at: Path, value: unknown): readonly string[] {
  const categories = readList(reader, at, value, CATEGORIES_MAX).map((item, index) => {
    if (item === null) reader.report([...at, index], 'is empty')
    return readText(reader, [...at, index], item)
  })
  reportRepeats(
    reader,
    categories.map((category, index) => ({ at: [...at, index], value: category })),
    () => 'is here twice',
  )
  return categories
}

/**
 * Settings are kept as they are written, so only what YAML can do to them is looked at here: a text that was read as
 * a number, and a name that is not known, with the one that was meant. The rest is for the check.
 */
function readSettings(
  reader: Reader,
  at: Path,
  value: unknown,
  destination: Destination | undefined,
): JsonObject {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) {
    reader.report(at, 'must be a set of "key: value" lines')
    return {}
  }
  if (destination === undefined) return value as JsonObject
  const fields = destination.settings
  for (const [name, setting] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const settingAt = [...at, name]
    if (field === undefined) {
      const what = `a setting of ${destination.name}`
      reportUnknown(reader, settingAt, { given: name, what, known: Object.keys(fields), part: 'key' })
    } else if (TEXT_TYPES.includes(field.type) && ['number', 'boolean'].includes(typeof setting)) {
      // What is a secret is not shown, even if it is not a text.
      const source = field.type === 'secret' ? undefined : reader.sourceOf(settingAt)
      reader.report(settingAt, notTextProblem(source, setting))
    }
  }
  return value as JsonObject
}
