import {
  PRIVACY,
  type Privacy,
  SOURCE_KINDS,
  type Source,
  type SourceKind,
} from '../../core/configuration.ts'
import { ORIGIN_CHARS_MAX, ORIGINS_MAX, originProblem } from '../../core/origin.ts'
import { type Path, pathText } from './problem.ts'
import { readSourcePlan } from './read-plans.ts'
import { readRedact } from './read-redact.ts'
import { readSql } from './read-sql.ts'
import { readTransform } from './read-transform.ts'
import {
  type Keys,
  type Reader,
  readList,
  readObject,
  readText,
  readWord,
  reportRepeats,
  reportUnknown,
} from './reader.ts'

export const SOURCES_MAX = 1_000
export const SOURCE_KEYS: Keys = {
  required: ['id', 'name', 'kind', 'writeKey'],
  optional: [
    'olderWriteKeys',
    'disabledWriteKeys',
    'origins',
    'privacy',
    'redact',
    'transform',
    'plan',
    'sql',
  ],
}
/** So many rotations may be under way at once. */
export const OLDER_WRITE_KEYS_MAX = 10

export const ID = {
  pattern: /^[a-z0-9-]{1,64}$/,
  rule: 'must be 1 to 64 characters of "a" to "z", "0" to "9" and "-"',
}
export const WRITE_KEY = {
  pattern: /^[A-Za-z0-9_-]{8,128}$/,
  rule: 'must be 8 to 128 characters of "A" to "Z", "a" to "z", "0" to "9", "_" and "-"',
}

export function readSources(reader: Reader, value: unknown): readonly Source[] {
  const sources = readList(reader, ['sources'], value, SOURCES_MAX).map((item, index) =>
    readSource(reader, ['sources', index], item),
  )
  reportRepeats(
    reader,
    sources.map(({ id }, index) => ({ at: ['sources', index, 'id'], value: id })),
    (first) => `is also ${pathText(first)}; each source needs an id of its own`,
  )
  reportRepeats(
    reader,
    sources.flatMap(keyPlaces),
    (first) => `is also ${pathText(first)}; each source needs a write key of its own`,
  )
  return sources
}

function readSource(reader: Reader, at: Path, value: unknown): Source {
  const given = readObject(reader, at, value, SOURCE_KEYS)
  const { id, name, kind, writeKey, privacy } = given
  const older = readOlderKeys(reader, [...at, 'olderWriteKeys'], given['olderWriteKeys'])
  const disabled = readDisabledKeys(reader, [...at, 'disabledWriteKeys'], given['disabledWriteKeys'], [
    writeKey,
    ...older,
  ])
  const origins = readOrigins(reader, [...at, 'origins'], given['origins'])
  return {
    id: readWord(reader, [...at, 'id'], id, ID),
    name: readText(reader, [...at, 'name'], name),
    kind: readKind(reader, [...at, 'kind'], kind),
    writeKey: readWord(reader, [...at, 'writeKey'], writeKey, WRITE_KEY),
    ...(older.length === 0 ? {} : { olderWriteKeys: older }),
    ...(disabled.length === 0 ? {} : { disabledWriteKeys: disabled }),
    ...(origins.length === 0 ? {} : { origins }),
    ...(privacy === undefined ? {} : { privacy: readPrivacy(reader, [...at, 'privacy'], privacy) }),
    ...readRedact(reader, [...at, 'redact'], given['redact']),
    ...readTransform(reader, [...at, 'transform'], given['transform']),
    ...readSourcePlan(reader, [...at, 'plan'], given['plan']),
    ...readSql(reader, [...at, 'sql'], given['sql'], kind),
  }
}

function readOlderKeys(reader: Reader, at: Path, value: unknown): readonly string[] {
  return readList(reader, at, value, OLDER_WRITE_KEYS_MAX).map((item, index) =>
    readWord(reader, [...at, index], item, WRITE_KEY),
  )
}

function readDisabledKeys(
  reader: Reader,
  at: Path,
  value: unknown,
  keys: readonly unknown[],
): readonly string[] {
  return readList(reader, at, value, OLDER_WRITE_KEYS_MAX + 1).map((item, index) => {
    const key = readWord(reader, [...at, index], item, WRITE_KEY)
    if (!keys.includes(key)) reader.report([...at, index], 'is no write key of this source')
    return key
  })
}

function readOrigins(reader: Reader, at: Path, value: unknown): readonly string[] {
  return readList(reader, at, value, ORIGINS_MAX).map((item, index) => {
    const origin = readText(reader, [...at, index], item, ORIGIN_CHARS_MAX)
    const problem = origin === '' ? undefined : originProblem(origin)
    if (problem !== undefined) reader.report([...at, index], problem)
    return origin
  })
}

function keyPlaces({ writeKey, olderWriteKeys = [] }: Source, index: number) {
  return [
    { at: ['sources', index, 'writeKey'], value: writeKey },
    ...olderWriteKeys.map((value, older) => ({ at: ['sources', index, 'olderWriteKeys', older], value })),
  ]
}

function readPrivacy(reader: Reader, at: Path, value: unknown): Privacy {
  const privacy = PRIVACY.find((choice) => choice === value)
  if (privacy === undefined) reader.report(at, `must be one of ${PRIVACY.join(', ')}`)
  return privacy ?? PRIVACY[0]
}

function readKind(reader: Reader, at: Path, value: unknown): SourceKind {
  const kind = readText(reader, at, value)
  const known = SOURCE_KINDS.find((name) => name === kind)
  if (known === undefined && kind !== '') {
    reportUnknown(reader, at, { given: kind, what: 'a kind of source', known: SOURCE_KINDS })
  }
  return known ?? SOURCE_KINDS[0]
}
