import { PRIVACY, SOURCE_KINDS } from '../core/configuration.ts'
import type { JsonObject } from '../core/event.ts'
import type { Mapping } from '../core/mapping/mapping.ts'
import { ORIGIN_CHARS_MAX, ORIGINS_MAX } from '../core/origin.ts'
import { type RedactRule, RULES_MAX } from '../core/redact/rule.ts'
import { WHEN_UNPLANNED, WHEN_WRONG } from '../core/tracking-plan/tracking-plan.ts'
import { TRANSFORM_CHARS_MAX } from '../core/transform/transform.ts'
import { NOT_PERSONAL, QUOTES_PERSONAL } from './personal.ts'
import { count, exactly, id, oneOf, route, time } from './route.ts'
import { Sql } from './sql.ts'
import { Type } from './type.ts'

const name = Type.String({ minLength: 1, maxLength: 100, description: 'What people call it' })
const json = (description: string) =>
  Type.Unsafe<JsonObject>({ ...NOT_PERSONAL, type: 'object', description })
/** Rises with each change of the item; a change that names an older one is refused with CHANGED_MEANWHILE. */
const revision = Type.Integer({ minimum: 0, description: 'Rises with each change of it' })
const expected = Type.Optional(
  Type.Integer({ minimum: 0, description: 'Refuse the change when its revision is another one' }),
)

/** Taken out of events: docs/privacy.md. What is wrong with rules is told with its place. */
export const redact = Type.Array(Type.Unsafe<RedactRule>({ type: 'object', ...NOT_PERSONAL }), {
  maxItems: RULES_MAX,
  description: 'Redaction rules, in their order',
})

/** JavaScript that changes events: docs/transformations.md. */
const transform = Type.String({
  maxLength: TRANSFORM_CHARS_MAX,
  description: 'JavaScript that changes events: docs/transformations.md',
})
/** Of a request: an empty text takes it away. */
const newTransform = Type.String({
  maxLength: TRANSFORM_CHARS_MAX,
  description: 'JavaScript that changes events; empty: none',
})

/** How a source holds to a tracking plan: docs/tracking-plans.md. */
const SourcePlan = exactly({
  id: id('A tracking plan'),
  unplannedEvents: Type.Optional(oneOf(WHEN_WRONG, 'Events that it does not have; left out: allow')),
  violations: Type.Optional(oneOf(WHEN_WRONG, 'Events that are not as it says; left out: allow')),
  unplannedProperties: Type.Optional(
    oneOf(WHEN_UNPLANNED, 'Properties that it does not name; left out: keep'),
  ),
})

/** `{accepted: {total: 5, parts: {track: 3, page: 2}}}` */
export const Counts = Type.Record(
  Type.String(),
  exactly({ total: count('All of them'), parts: Type.Record(Type.String(), count('Of this part')) }),
)

export const Source = exactly({
  id: id('Never changes'),
  name,
  kind: oneOf(SOURCE_KINDS),
  writeKey: Type.String({ description: 'The key for new clients' }),
  olderWriteKeys: Type.Optional(
    Type.Array(Type.String(), { description: 'Still taken, until they are removed' }),
  ),
  disabledWriteKeys: Type.Optional(
    Type.Array(Type.String(), { description: 'Keys of this source that are refused for now' }),
  ),
  origins: Type.Optional(
    Type.Array(Type.String(), {
      description: 'The sites whose pages may send, such as https://*.example.com; left out: all',
    }),
  ),
  privacy: Type.Optional(oneOf(PRIVACY, "What is noted of visitors' addresses and browsers")),
  redact: Type.Optional(redact),
  transform: Type.Optional(transform),
  plan: Type.Optional(SourcePlan),
  sql: Type.Optional(Sql),
  revision,
  counts: Counts,
})

export const Action = exactly({
  id: id('Unique within its destination; part of idempotency keys, so it never changes'),
  action: Type.String({ description: 'The name of the action in the catalogue' }),
  name,
  enabled: Type.Boolean(),
  trigger: Type.String({ description: 'docs/triggers.md' }),
  transform: Type.Optional(transform),
  mapping: Type.Unsafe<Mapping>({ ...NOT_PERSONAL, type: 'object', description: 'docs/mappings.md' }),
})

export const DESTINATION_STATES = [
  'flowing',
  'waiting for budget',
  'backing off',
  'held',
  'paused',
  'off',
  'in pages',
] as const
export const Reason = exactly({ code: Type.String(), text: Type.String(QUOTES_PERSONAL) })
export const DestinationState = exactly({
  state: oneOf(DESTINATION_STATES),
  since: Type.Optional(time('Since when.')),
  reason: Type.Optional(Reason),
})
/** Deliveries that fail alone while others are taken: docs/adr/0014-events-that-fail-alone.md. */
export const AsideSum = exactly({
  count: Type.Integer({ description: 'Deliveries that fail alone, and are tried again each on its own' }),
  since: time('Since when the first of them fails.'),
  reason: Reason,
})
export const Destination = exactly({
  id: id('Never changes'),
  kind: Type.String({ description: 'A kind of the catalogue, such as heap' }),
  mode: oneOf(['cloud', 'web']),
  label: Type.Optional(Type.String({ description: 'Tells it from the kind of the same name: Web' })),
  name,
  enabled: Type.Boolean({ description: 'Off: events pass it by' }),
  paused: Type.Boolean({ description: 'Events wait for it, in order, until it goes on' }),
  sources: Type.Array(id('A source')),
  consent: Type.Array(Type.String(), {
    description: 'Categories that a person must have allowed, all of them',
  }),
  redact,
  settings: json('Secrets are shown as ***'),
  actions: Type.Array(Action),
  revision,
  state: oneOf(DESTINATION_STATES),
  since: Type.Optional(time('Since when it is in this state.')),
  reason: Type.Optional(Reason),
  aside: Type.Optional(AsideSum),
  counts: Counts,
})

const NewAction = exactly({
  action: Type.String(),
  name: Type.Optional(name),
  enabled: Type.Optional(Type.Boolean()),
  trigger: Type.Optional(Type.String({ maxLength: 10_000 })),
  transform: Type.Optional(newTransform),
  mapping: Type.Optional(Type.Unsafe<Mapping>({ type: 'object' })),
})
/** What is wrong, and where: `['settings', 'appId']`, `['actions', 0, 'mapping', 'event']`. */
export const Problem = exactly({
  at: Type.Array(Type.Union([Type.String(), Type.Number()])),
  problem: Type.String(),
})
const settings = json('By the names of the kind; a secret given as *** stays as it is')
const DestinationBody = {
  name: Type.Optional(name),
  enabled: Type.Optional(Type.Boolean()),
  paused: Type.Optional(Type.Boolean()),
  sources: Type.Optional(Type.Array(id('A source'), { maxItems: 1_000 })),
  consent: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 20 })),
  redact: Type.Optional(redact),
  settings: Type.Optional(settings),
}

export const CHANGES = ['created', 'updated', 'deleted'] as const
export const Change = exactly({
  id: Type.Integer({ description: 'Rises; the revision of what it changed' }),
  at: time('When.'),
  by: Type.String({ description: 'Who: a person, a token, or the configuration file' }),
  what: oneOf(['source', 'destination', 'plan', 'alerts']),
  of: id('The source, destination or tracking plan'),
  change: oneOf(CHANGES),
  actions: Type.Array(Type.String(), { description: 'The ids of the actions that it changed' }),
  text: Type.String({ description: 'In words, such as "Heap: action Track Event changed"' }),
})
export const ActionVersion = exactly({
  version: Type.Integer({ description: 'The id of the change' }),
  at: time('When it was saved.'),
  by: Type.String(),
  current: Type.Boolean(),
  action: Action,
})
const Saved = <T extends ReturnType<typeof exactly>>(of: T) =>
  exactly({ saved: of, change: Type.Integer({ description: 'For undo; 0 when nothing changed' }) })

export const configurationRoutes = {
  'GET /admin/v1/sources': route({
    needs: 'view',
    summary: 'All sources, with their counts',
    answer: exactly({ sources: Type.Array(Source) }),
  }),
  'GET /admin/v1/sources/:id': route({ needs: 'view', summary: 'A source', answer: Source }),
  'POST /admin/v1/sources': route({
    needs: 'edit',
    summary: 'Add a source; its id and write key are made',
    body: exactly({
      name,
      kind: oneOf(SOURCE_KINDS),
      id: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' })),
      privacy: Type.Optional(oneOf(PRIVACY)),
    }),
    answer: Saved(Source),
    status: 201,
  }),
  'PATCH /admin/v1/sources/:id': route({
    needs: 'edit',
    summary: 'Change a source',
    body: exactly({
      name: Type.Optional(name),
      privacy: Type.Optional(oneOf(PRIVACY)),
      redact: Type.Optional(redact),
      transform: Type.Optional(newTransform),
      plan: Type.Optional(Type.Union([SourcePlan, Type.Null()], { description: 'null: none' })),
      sql: Type.Optional(Sql),
      origins: Type.Optional(
        Type.Array(Type.String({ maxLength: ORIGIN_CHARS_MAX }), {
          maxItems: ORIGINS_MAX,
          description: 'None: pages of every site may send',
        }),
      ),
      revision: expected,
    }),
    answer: Saved(Source),
  }),
  'DELETE /admin/v1/sources/:id': route({
    needs: 'edit',
    summary:
      'Remove a source: its clients are answered 401 from now on; what it sent stays, and goes on to where it was bound',
    answer: exactly({ change: Type.Integer() }),
  }),
  'POST /admin/v1/sources/:id/write-keys': route({
    needs: 'edit',
    summary: 'Make a new write key; older ones stay valid until they are removed',
    answer: Saved(Source),
    status: 201,
  }),
  'DELETE /admin/v1/sources/:id/write-keys/:key': route({
    needs: 'edit',
    summary: 'Take an older write key out of use',
    answer: Saved(Source),
  }),
  'PATCH /admin/v1/sources/:id/write-keys/:key': route({
    needs: 'edit',
    summary: 'Disable a write key, or enable it again: what is sent with a disabled one is answered 401',
    body: exactly({ disabled: Type.Boolean() }),
    answer: Saved(Source),
  }),
  'GET /admin/v1/destinations': route({
    needs: 'view',
    summary: 'All destinations, with their states and counts',
    answer: exactly({ destinations: Type.Array(Destination) }),
  }),
  'GET /admin/v1/destinations/:id': route({ needs: 'view', summary: 'A destination', answer: Destination }),
  'POST /admin/v1/destinations': route({
    needs: 'edit',
    summary: 'Add a destination; without actions, with the presets of its kind',
    body: exactly({
      kind: Type.String(),
      id: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' })),
      ...DestinationBody,
      actions: Type.Optional(Type.Array(NewAction, { maxItems: 100 })),
    }),
    answer: Saved(Destination),
    status: 201,
  }),
  'POST /admin/v1/destinations/check': route({
    needs: 'view',
    summary: 'What would be wrong with a destination, while it is being written',
    body: exactly({
      kind: Type.String(),
      id: Type.Optional(Type.String({ description: 'Of one that exists: its secrets stand for ***' })),
      settings: Type.Optional(settings),
      sources: Type.Optional(Type.Array(Type.String())),
      actions: Type.Optional(Type.Array(NewAction)),
    }),
    answer: exactly({ problems: Type.Array(Problem) }),
  }),
  'PATCH /admin/v1/destinations/:id': route({
    needs: 'edit',
    summary: 'Change a destination: name, switch, pause, sources, consent, settings',
    body: exactly({ ...DestinationBody, revision: expected }),
    answer: Saved(Destination),
  }),
  'DELETE /admin/v1/destinations/:id': route({
    needs: 'edit',
    summary: 'Remove a destination: what waits for it is forgotten, unless it is undone within ten minutes',
    answer: exactly({ change: Type.Integer() }),
  }),
  'POST /admin/v1/destinations/:id/actions': route({
    needs: 'edit',
    summary: 'Add an action; what is not given comes from the kind',
    body: exactly({
      ...NewAction.properties,
      copyOf: Type.Optional(id('Duplicate this one')),
      action: Type.Optional(Type.String()),
    }),
    answer: Saved(Destination),
    status: 201,
  }),
  'PATCH /admin/v1/destinations/:id/actions/:action': route({
    needs: 'edit',
    summary: 'Change an action',
    body: exactly({
      name: Type.Optional(name),
      enabled: Type.Optional(Type.Boolean()),
      trigger: Type.Optional(Type.String({ maxLength: 10_000 })),
      transform: Type.Optional(newTransform),
      mapping: Type.Optional(Type.Unsafe<Mapping>({ type: 'object' })),
      revision: expected,
    }),
    answer: Saved(Destination),
  }),
  'DELETE /admin/v1/destinations/:id/actions/:action': route({
    needs: 'edit',
    summary: 'Remove an action',
    answer: Saved(Destination),
  }),
  'PUT /admin/v1/destinations/:id/actions': route({
    needs: 'edit',
    summary: 'Put the actions in this order',
    body: exactly({ order: Type.Array(id('An action'), { maxItems: 100 }) }),
    answer: Saved(Destination),
  }),
  'GET /admin/v1/destinations/:id/actions/:action/versions': route({
    needs: 'view',
    summary: 'What the action was, newest first',
    answer: exactly({ versions: Type.Array(ActionVersion) }),
  }),
  'GET /admin/v1/changes': route({
    needs: 'view',
    summary: 'Changes of the configuration, newest first',
    query: exactly({
      of: Type.Optional(Type.String({ description: 'A source or a destination' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      before: Type.Optional(Type.String()),
    }),
    answer: exactly({ changes: Type.Array(Change), next: Type.Optional(Type.String()) }),
  }),
  'POST /admin/v1/changes/:id/undo': route({
    needs: 'edit',
    summary:
      'Put what a change touched back to what it was before; refused with CHANGED_MEANWHILE when it changed again since',
    answer: exactly({ change: Type.Integer() }),
  }),
} as const
