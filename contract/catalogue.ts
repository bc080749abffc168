import { SOURCE_KINDS } from '../core/configuration.ts'
import type { JsonObject, SpecEvent } from '../core/event.ts'
import type { Explanation, ShownRequest } from '../core/explain.ts'
import type { Mapping, MappingValue } from '../core/mapping/mapping.ts'
import type { Snippets } from '../core/snippets.ts'
import { TRANSFORM_CHARS_MAX } from '../core/transform/transform.ts'
import { Reason } from './configuration.ts'
import {
  ASKS_PERSONAL,
  ENTRY_PERSONAL,
  EXPLAINED_PERSONAL,
  EXPLANATION_PERSONAL,
  NOT_PERSONAL,
} from './personal.ts'
import { exactly, oneOf, route } from './route.ts'
import { Type } from './type.ts'

export const Field = exactly({
  type: oneOf(['string', 'number', 'integer', 'boolean', 'datetime', 'object', 'list', 'secret']),
  label: Type.String(),
  help: Type.String(),
  required: Type.Boolean(),
  default: Type.Optional(Type.Unsafe<MappingValue>({ ...NOT_PERSONAL })),
  choices: Type.Optional(Type.Array(Type.String())),
  length_max: Type.Optional(Type.Integer()),
  advanced: Type.Boolean({ description: 'Shown only on request' }),
})
const FieldTable = Type.Record(Type.String(), Field)

export const Preset = exactly({
  id: Type.String(),
  name: Type.String(),
  action: Type.String(),
  enabled: Type.Boolean(),
  trigger: Type.String(),
  mapping: Type.Unsafe<Mapping>({ ...NOT_PERSONAL, type: 'object' }),
})
export const Kind = exactly({
  kind: Type.String(),
  name: Type.String(),
  label: Type.Optional(Type.String({ description: 'Tells it from the kind of the same name: Web' })),
  mode: oneOf(['cloud', 'web'], 'cloud: events pass through this server; web: the page itself sends them'),
  help: Type.String(),
  recommended: Type.Optional(Type.String({ description: 'Why this one, where there are two of a name' })),
  sourceKinds: Type.Array(oneOf(SOURCE_KINDS), { description: 'Which kinds of source can be connected' }),
  settings: FieldTable,
  actions: Type.Record(
    Type.String(),
    exactly({
      name: Type.String(),
      help: Type.String(),
      trigger: Type.String(),
      fields: FieldTable,
      mapping: Type.Unsafe<Mapping>({ ...NOT_PERSONAL, type: 'object' }),
    }),
  ),
  presets: Type.Array(Preset),
  canTest: Type.Boolean({ description: 'POST /admin/v1/test works' }),
})

const Where = Type.Union([
  Type.String({ description: 'The id of one that is configured' }),
  exactly({ kind: Type.String(), settings: Type.Optional(Type.Unsafe<JsonObject>({ type: 'object' })) }),
])
const Trial = Type.Union([
  Type.String({ description: 'The id of one of its actions' }),
  exactly({
    action: Type.String(),
    id: Type.Optional(Type.String({ description: 'The action of the destination that this would replace' })),
    trigger: Type.Optional(Type.String(ASKS_PERSONAL)),
    transform: Type.Optional(Type.String({ ...ASKS_PERSONAL, maxLength: TRANSFORM_CHARS_MAX })),
    mapping: Type.Optional(Type.Unsafe<Mapping>({ ...ASKS_PERSONAL, type: 'object' })),
  }),
])
type Explained = {
  readonly id: string
  readonly action: string
  readonly name: string
  readonly enabled: boolean
} & Explanation
export type ExplainAnswer =
  | { readonly refused: { readonly code: string; readonly reason: string } }
  | { readonly event: SpecEvent; readonly explanations: readonly Explained[] }

/** One request that was really sent, and what came back. */
export type TestAttempt = {
  readonly request: ShownRequest
  readonly status: number | undefined
  readonly body: string
  readonly duration_ms: number
  readonly outcome: string
  readonly reason: { readonly code: string; readonly text: string } | undefined
}

/** What became of the same events under the action as it is and as it would be. */
export const TRIAL_CHANGES = [
  'same',
  'changed',
  'newly sent',
  'no longer sent',
  'newly refused',
  'no longer refused',
] as const
export const TrialSample = exactly({
  address: Type.String(),
  change: oneOf(TRIAL_CHANGES),
  event: Type.String({ description: 'Its name, or its type' }),
  before: Type.Optional(Type.Unsafe<Explanation>({ ...EXPLANATION_PERSONAL, type: 'object' })),
  after: Type.Unsafe<Explanation>({ ...EXPLANATION_PERSONAL, type: 'object' }),
})

export const catalogueRoutes = {
  'GET /admin/v1/catalogue': route({
    needs: 'view',
    summary: 'The kinds of destination, and of source',
    answer: exactly({
      destinations: Type.Array(Kind),
      sources: Type.Array(exactly({ kind: oneOf(SOURCE_KINDS), name: Type.String() })),
    }),
  }),
  'GET /admin/v1/snippets': route({
    needs: 'view',
    summary: 'What a person puts into a site for a JavaScript source',
    query: exactly({ source: Type.String() }),
    answer: Type.Unsafe<{ readonly host: string; readonly usual: Snippets; readonly own?: Snippets }>({
      ...NOT_PERSONAL,
      type: 'object',
    }),
  }),
  'POST /admin/v1/explain': route({
    needs: 'view',
    summary: 'What an event would become, with nothing sent and nothing stored',
    body: exactly({
      destination: Where,
      action: Type.Optional(Trial),
      source: Type.Optional(Type.String()),
      event: Type.Optional(
        Type.Unsafe<JsonObject>({ type: 'object', description: 'A call as a client sends it' }),
      ),
      address: Type.Optional(Type.String({ description: 'Of an event in the log: lane/chunk/index' })),
    }),
    // An event that is given is the caller's own.
    personalWith: 'address',
    answer: Type.Unsafe<ExplainAnswer>({ ...EXPLAINED_PERSONAL, type: 'object' }),
  }),
  'POST /admin/v1/trials': route({
    needs: 'view',
    summary: 'What the last real events would have become under an action, beside what they become now',
    body: exactly({
      destination: Where,
      action: Trial,
      sources: Type.Optional(
        Type.Array(Type.String(), { description: 'Those of the destination when left out' }),
      ),
      events_max: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000 })),
    }),
    answer: exactly({
      events: Type.Integer({ description: 'How many were tried, newest first' }),
      counts: Type.Record(oneOf(TRIAL_CHANGES), Type.Integer()),
      samples: Type.Array(TrialSample, { description: 'The newest of each change, at most 20 of each' }),
    }),
  }),
  'POST /admin/v1/samples': route({
    needs: 'view',
    summary: 'The newest events of the log that a trigger matches',
    body: exactly({
      sources: Type.Optional(Type.Array(Type.String())),
      trigger: Type.Optional(Type.String(ASKS_PERSONAL)),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
      counted_max: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 10_000,
          description: 'Also count how many of so many newest events it matches',
        }),
      ),
    }),
    answer: exactly({
      searched: Type.Integer({ description: 'How many events were looked at' }),
      counted: Type.Optional(exactly({ events: Type.Integer(), matches: Type.Integer() })),
      events: Type.Array(
        Type.Unsafe<{
          readonly address: string
          readonly sourceId: string
          readonly receivedAt: string
          readonly event: SpecEvent
        }>({ ...ENTRY_PERSONAL, type: 'object' }),
      ),
    }),
  }),
  'POST /admin/v1/sources/:id/sample-events': route({
    needs: 'edit',
    summary: 'Send a few made-up events through a source, as a client would, to see what becomes of them',
    answer: exactly({ events: Type.Integer({ description: 'How many were taken' }) }),
  }),
  'POST /admin/v1/test': route({
    needs: 'edit',
    summary: 'The request with which a destination is tried; with send: true it is really sent',
    body: exactly({ destination: Where, send: Type.Optional(Type.Boolean()) }),
    answer: exactly({
      event: Type.Unsafe<SpecEvent>({ ...NOT_PERSONAL, type: 'object', description: 'Made up' }),
      explanation: Type.Unsafe<Explanation>({ ...NOT_PERSONAL, type: 'object' }),
      attempts: Type.Array(Type.Unsafe<TestAttempt>({ ...NOT_PERSONAL, type: 'object' })),
    }),
  }),
} as const
export { Reason }
