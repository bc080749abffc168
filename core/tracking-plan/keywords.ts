/** The formats of texts that are looked at. Those that JSON Schema has besides are kept and not looked at. */
export const FORMATS = [
  ...['date', 'time', 'date-time', 'uri', 'uri-reference', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
] as const
/** Of JSON Schema, and harmless to leave alone. */
export const OTHER_FORMATS = [
  ...['duration', 'idn-email', 'idn-hostname', 'iri', 'iri-reference', 'json-pointer', 'regex'],
  ...['relative-json-pointer', 'uri-template', 'url'],
] as const

export const JSON_TYPES = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'] as const

/** What stands behind a keyword. */
export type KeywordKind =
  | 'note'
  | 'type'
  | 'enum'
  | 'any'
  | 'number'
  | 'step'
  | 'count'
  | 'flag'
  | 'pattern'
  | 'format'
  | 'names'
  | 'schema'
  | 'schemas'
  | 'schema or schemas'
  | 'named schemas'
  | 'patterns'
  | 'dependencies'

/** The keywords of JSON Schema draft-07 that a rule may have: https://json-schema.org/draft-07 */
export const KEYWORDS: Readonly<Record<string, KeywordKind>> = {
  ...of('note', [
    '$schema',
    '$id',
    'id',
    '$comment',
    'title',
    'description',
    'default',
    'examples',
    'labels',
  ]),
  ...of('note', ['readOnly', 'writeOnly', 'contentEncoding', 'contentMediaType', 'deprecated']),
  type: 'type',
  enum: 'enum',
  const: 'any',
  ...of('number', ['maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum']),
  multipleOf: 'step',
  ...of('count', ['maxLength', 'minLength', 'maxItems', 'minItems', 'maxProperties', 'minProperties']),
  uniqueItems: 'flag',
  pattern: 'pattern',
  format: 'format',
  required: 'names',
  properties: 'named schemas',
  patternProperties: 'patterns',
  dependencies: 'dependencies',
  ...of('schema', ['additionalProperties', 'propertyNames', 'additionalItems', 'contains', 'not']),
  ...of('schema', ['if', 'then', 'else']),
  items: 'schema or schemas',
  ...of('schemas', ['allOf', 'anyOf', 'oneOf']),
}

function of(kind: KeywordKind, names: readonly string[]): Readonly<Record<string, KeywordKind>> {
  return Object.fromEntries(names.map((name) => [name, kind]))
}
