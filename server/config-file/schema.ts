import { ALERT_DEFAULTS } from '../../core/alerts.ts'
import { CHANNEL_KINDS, PRIVACY, SOURCE_KINDS } from '../../core/configuration.ts'
import type { Action, Destination, Field } from '../../core/destination.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import { ORIGIN_CHARS_MAX, ORIGINS_MAX } from '../../core/origin.ts'
import { CHANNELS_MAX } from '../../core/read-alerts.ts'
import {
  KEEP_LAST_MAX,
  PATH_CHARS_MAX,
  REDACT_HOWS,
  REDACT_PATTERNS,
  REGEX_CHARS_MAX,
  RULES_MAX,
} from '../../core/redact/rule.ts'
import {
  DESCRIPTION_CHARS_MAX,
  EVENT_CHARS_MAX,
  PLAN_RULES_MAX,
  PLANNED_TYPES,
  PLANS_MAX,
  WHEN_UNPLANNED,
  WHEN_WRONG,
} from '../../core/tracking-plan/tracking-plan.ts'
import { TRANSFORM_CHARS_MAX } from '../../core/transform/transform.ts'
import { CATEGORIES_MAX, type Catalogue, INSTANCES_MAX } from './read-instances.ts'
import { ID, OLDER_WRITE_KEYS_MAX, SOURCES_MAX, WRITE_KEY } from './read-sources.ts'
import { ACTIONS_MAX, TRIGGER_CHARS_MAX } from './read-subscriptions.ts'
import { NAME_CHARS_MAX } from './reader.ts'
import { exactly, listOf, orEmpty, REFERENCE, text } from './schema-parts.ts'
import { SQL } from './schema-sql.ts'

/** The `$schema` of JSON Schema that this is written in. https://json-schema.org/draft/2020-12 */
const TRANSFORM = text('JavaScript that changes events: docs/transformations.md', {
  maxLength: TRANSFORM_CHARS_MAX,
})

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/**
 * The JSON Schema of a configuration file, for editors: names, kinds, settings and actions with what they are for. It says what
 * can be said so; that ids are there once, that connections end somewhere and that triggers can be read is told by `millrace validate`.
 */
export function configurationSchema(catalogue: Catalogue): JsonObject {
  const kinds = [...catalogue.values()]
  return {
    $schema: DIALECT,
    title: 'The configuration of Millrace',
    type: 'object',
    additionalProperties: false,
    properties: {
      sources: orEmpty(listOf({ $ref: '#/$defs/source' }, SOURCES_MAX, 'What sends events')),
      destinations: orEmpty(
        listOf({ $ref: '#/$defs/destination' }, INSTANCES_MAX, 'What events are sent to'),
      ),
      plans: orEmpty(
        listOf({ $ref: '#/$defs/plan' }, PLANS_MAX, 'What events should be: docs/tracking-plans.md'),
      ),
      alerts: orEmpty({ $ref: '#/$defs/alerts' }),
    },
    $defs: {
      id: text('Never changes: it is part of idempotency keys', { pattern: ID.pattern.source }),
      writeKey: { anyOf: [{ type: 'string', pattern: WRITE_KEY.pattern.source }, REFERENCE] },
      source: SOURCE,
      plan: PLAN,
      destination: destinationSchema(kinds),
      ...Object.fromEntries(kinds.map((kind) => [`${kind.kind} settings`, settingsOf(kind)])),
      ...Object.fromEntries(kinds.map((kind) => [`${kind.kind} action`, actionOf(kind)])),
      alerts: ALERTS,
    },
  }
}

const id = { $ref: '#/$defs/id' }
const writeKey = { $ref: '#/$defs/writeKey' }
const name = text('What people call it', { minLength: 1, maxLength: NAME_CHARS_MAX })

const REDACT: JsonObject = listOf(
  exactly(
    {
      how: { enum: [...REDACT_HOWS], description: 'What is done with what is found' },
      path: text('Where, such as properties.email or **.password', { maxLength: PATH_CHARS_MAX }),
      pattern: { enum: [...REDACT_PATTERNS], description: 'What is looked for in texts' },
      regex: text('The same, of your own', { maxLength: REGEX_CHARS_MAX }),
      keys: { type: 'boolean', description: 'Look into names of properties too' },
      keepLast: { type: 'integer', minimum: 0, maximum: KEEP_LAST_MAX, description: 'For mask' },
    },
    ['how'],
  ),
  RULES_MAX,
  'What is taken out of events: docs/privacy.md',
)

const SOURCE_PLAN = exactly(
  {
    id: { ...id, description: 'The tracking plan that its events are held to' },
    unplannedEvents: {
      enum: [...WHEN_WRONG],
      default: WHEN_WRONG[0],
      description: 'Events that it does not have',
    },
    violations: {
      enum: [...WHEN_WRONG],
      default: WHEN_WRONG[0],
      description: 'Events that are not as it says',
    },
    unplannedProperties: {
      enum: [...WHEN_UNPLANNED],
      default: WHEN_UNPLANNED[0],
      description: 'Properties that it does not name',
    },
  },
  ['id'],
)

const PLAN = exactly(
  {
    ...{ id, name },
    rules: listOf(
      exactly(
        {
          type: { enum: [...PLANNED_TYPES], description: 'Of which calls' },
          event: text('Of a track call, a page or a screen; left out: all that have no rule of their own', {
            minLength: 1,
            maxLength: EVENT_CHARS_MAX,
          }),
          description: text('For people', { maxLength: DESCRIPTION_CHARS_MAX }),
          schema: { type: 'object', description: 'JSON Schema of its properties, or of its traits' },
          context: { type: 'object', description: 'JSON Schema of its context' },
        },
        ['type', 'schema'],
      ),
      PLAN_RULES_MAX,
      'What calls should look like, each of other events',
    ),
  },
  ['id', 'name', 'rules'],
)

const SOURCE = exactly(
  {
    ...{ id, name },
    kind: { enum: [...SOURCE_KINDS], description: 'Which client library sends, or which database is read' },
    writeKey: { ...writeKey, description: 'The key for new clients; unique' },
    olderWriteKeys: listOf(
      writeKey,
      OLDER_WRITE_KEYS_MAX,
      'Still taken, so that clients can be changed one by one',
    ),
    disabledWriteKeys: listOf(
      writeKey,
      OLDER_WRITE_KEYS_MAX + 1,
      'Those of its keys that are refused for now',
    ),
    origins: listOf(
      text('', { maxLength: ORIGIN_CHARS_MAX }),
      ORIGINS_MAX,
      'The sites whose pages may send, such as https://*.example.com; left out: all',
    ),
    redact: orEmpty(REDACT),
    privacy: { enum: [...PRIVACY], default: PRIVACY[0], description: "What is noted of a visitor's address" },
    transform: TRANSFORM,
    plan: orEmpty(SOURCE_PLAN),
    sql: orEmpty(SQL),
  },
  ['id', 'name', 'kind', 'writeKey'],
)

function destinationSchema(kinds: readonly Destination[]): JsonObject {
  const base = exactly(
    {
      id,
      kind: { enum: kinds.map(({ kind }) => kind), description: 'What it is' },
      name,
      enabled: { type: 'boolean', default: true, description: 'false: events pass it by' },
      paused: { type: 'boolean', default: false, description: 'true: events wait for it, in order' },
      sources: orEmpty(listOf(id, SOURCES_MAX, 'The ids of the sources that are connected to it')),
      consent: orEmpty(
        listOf(
          text('', { minLength: 1 }),
          CATEGORIES_MAX,
          'The categories of consent that it needs, all of them',
        ),
      ),
      redact: orEmpty(REDACT),
      settings: orEmpty({ type: 'object' }),
      actions: listOf({ type: 'object' }, ACTIONS_MAX, 'Left out: the ready-made ones; []: none'),
    },
    ['id', 'kind', 'name'],
  )
  return {
    ...base,
    allOf: kinds.map(({ kind }) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      then: {
        properties: {
          settings: orEmpty({ $ref: `#/$defs/${encodeURI(`${kind} settings`)}` }),
          actions: { type: 'array', items: { $ref: `#/$defs/${encodeURI(`${kind} action`)}` } },
        },
      },
    })),
  }
}

function settingsOf({ settings, help }: Destination): JsonObject {
  const required = Object.entries(settings).filter(([, field]) => field.required === true)
  const properties = Object.fromEntries(
    Object.entries(settings).map(([key, field]) => [key, fieldSchema(field)]),
  )
  return {
    description: help,
    ...exactly(
      properties,
      required.map(([key]) => key),
    ),
  }
}

function fieldSchema({ type, label, help, default: usual, choices, length_max }: Field): JsonObject {
  const description = help === '' ? label : `${label}. ${help}`
  const limit = length_max === undefined ? {} : { maxLength: length_max }
  const value = choices === undefined ? { type: TYPES[type], ...limit } : { enum: [...choices] }
  const given = usual === undefined ? {} : { default: usual as Json }
  return { description, ...given, anyOf: [value, REFERENCE] }
}
const TYPES = {
  ...{ string: 'string', secret: 'string', datetime: 'string' },
  ...{ number: 'number', integer: 'integer', boolean: 'boolean', object: 'object', list: 'array' },
} as const satisfies Record<Field['type'], string>

function actionOf({ actions }: Destination): JsonObject {
  const all = Object.entries(actions)
  return {
    ...exactly(
      {
        id: { ...id, description: 'Left out: made of the name of its action' },
        action: {
          enum: all.map(([key]) => key),
          description: all.map(([key, one]) => `${key}: ${one.help}`).join('\n'),
        },
        name,
        enabled: { type: 'boolean', default: true },
        trigger: text('Which events it wants: docs/triggers.md. Left out: the ready-made one', {
          maxLength: TRIGGER_CHARS_MAX,
        }),
        transform: TRANSFORM,
        mapping: { type: 'object', description: MAPPING },
      },
      ['action'],
    ),
    allOf: all.map(([key, action]) => ({
      if: { properties: { action: { const: key } }, required: ['action'] },
      then: { properties: { mapping: mappingOf(action) } },
    })),
  }
}
const MAPPING = 'What is sent: docs/mappings.md. Taken whole; left out: the ready-made one'

/** A field may be any value, or a directive: what is in it, `millrace validate` tells. */
function mappingOf({ fields }: Action): JsonObject {
  const described = Object.entries(fields).map(([key, { label, help }]) => [
    key,
    { description: `${label}. ${help}` },
  ])
  return { type: 'object', description: MAPPING, properties: Object.fromEntries(described) }
}

const ALERTS: JsonObject = {
  description: 'Who is told when something is not as it should be: docs/configuration.md',
  ...exactly({
    channels: listOf(
      {
        ...exactly(
          {
            id,
            kind: { enum: [...CHANNEL_KINDS] },
            url: text('Where it is posted, for webhook and slack. It lets in who has it: write a reference'),
            to: { type: 'array', items: { type: 'string' }, description: 'Addresses, for email' },
          },
          ['id', 'kind'],
        ),
      },
      CHANNELS_MAX,
      'Where alerts are sent',
    ),
    rules: exactly(
      Object.fromEntries(Object.entries(ALERT_DEFAULTS).map(([key, usual]) => [key, ruleOf(usual)])),
    ),
  }),
}

function ruleOf(usual: boolean | object): JsonObject {
  if (typeof usual === 'boolean') return { type: 'boolean', default: usual }
  const names = Object.keys(usual)
  const numbers = Object.fromEntries(names.map((key) => [key, { type: 'number', minimum: 0 }]))
  return { default: { ...usual } as JsonObject, anyOf: [exactly(numbers, names), { const: false }] }
}
