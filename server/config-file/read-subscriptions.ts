import type { Subscription } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import type { Mapping } from '../../core/mapping/mapping.ts'
import { defaultMapping, presetSubscriptions, slug } from '../../core/presets.ts'
import { type Path, pathText } from './problem.ts'
import { ID } from './read-sources.ts'
import {
  isObject,
  type Keys,
  type Reader,
  readFlag,
  readList,
  readObject,
  readText,
  readWord,
  reportRepeats,
  reportUnknown,
} from './reader.ts'

export const ACTIONS_MAX = 100
export const TRIGGER_CHARS_MAX = 10_000
export const ACTION_KEYS: Keys = {
  required: ['action'],
  optional: ['id', 'name', 'enabled', 'trigger', 'mapping'],
}

type ReadSubscriptions = {
  readonly subscriptions: readonly Subscription[]
  /** For each subscription its place in the list of the file. */
  readonly indexes: readonly number[]
}

/** No list gives the destination's presets; an empty list, `[]`, gives no actions at all. */
export function readSubscriptions(
  reader: Reader,
  at: Path,
  value: unknown,
  destination: Destination | undefined,
): ReadSubscriptions {
  if (value === undefined) {
    const presets = destination === undefined ? [] : presetSubscriptions(destination)
    return { subscriptions: presets, indexes: presets.map((_, index) => index) }
  }
  if (value === null) {
    reader.report(at, 'is empty: leave the line out for the ready-made actions, or write [] for none')
    return { subscriptions: [], indexes: [] }
  }
  const items = readList(reader, at, value, ACTIONS_MAX).map((item, index) =>
    readSubscription(reader, [...at, index], item, destination),
  )
  reportRepeats(
    reader,
    items.map(({ id }, index) => ({ at: [...at, index, 'id'], value: id })),
    (first) => `is the same as that of ${pathText(first.slice(0, -1))}; give one of them an "id" of its own`,
  )
  const indexes = items.flatMap(({ action }, index) => (knows(destination, action) ? [index] : []))
  return { subscriptions: items.filter(({ action }) => knows(destination, action)), indexes }
}

function readSubscription(
  reader: Reader,
  at: Path,
  value: unknown,
  destination: Destination | undefined,
): Subscription {
  const given = readObject(reader, at, value, ACTION_KEYS)
  const name = readText(reader, [...at, 'action'], given['action'])
  const action = knows(destination, name) ? destination?.actions[name] : undefined
  if (destination !== undefined && action === undefined && name !== '') {
    const what = `an action of ${destination.name}`
    reportUnknown(reader, [...at, 'action'], { given: name, what, known: Object.keys(destination.actions) })
  }
  /** The default where the line is left out; an empty line is a mistake, not a wish for the default. */
  const textOr = (key: string, missing: string, chars_max?: number) => {
    if (given[key] === undefined) return missing
    if (given[key] === null) reader.report([...at, key], 'is empty: leave the line out for the default')
    return readText(reader, [...at, key], given[key], chars_max)
  }
  return {
    id: given['id'] === undefined ? slug(name) : readId(reader, [...at, 'id'], given['id']),
    action: name,
    name: textOr('name', action?.name ?? name),
    enabled: readFlag(reader, [...at, 'enabled'], given['enabled'], true),
    trigger: textOr('trigger', action?.trigger ?? '', TRIGGER_CHARS_MAX),
    mapping: readMapping(reader, [...at, 'mapping'], given['mapping'], action && defaultMapping(action)),
  }
}

function readId(reader: Reader, at: Path, value: unknown): string {
  if (value === null) reader.report(at, 'is empty: leave the line out for the default')
  return readWord(reader, at, value, ID)
}

/** A mapping that is given is taken whole: a field that it leaves out is not filled from the defaults. */
function readMapping(reader: Reader, at: Path, value: unknown, missing: Mapping = {}): Mapping {
  if (value === undefined) return missing
  if (isObject(value)) return value as Mapping
  reader.report(at, 'must be a set of "field: value" lines; leave the line out for the default mapping')
  return {}
}

function knows(destination: Destination | undefined, action: string): boolean {
  return destination !== undefined && Object.hasOwn(destination.actions, action)
}
