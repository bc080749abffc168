import { CALL_TYPES, type Json, type JsonObject } from '../core/event.ts'
import { FINDING_KINDS } from '../core/tracking-plan/finding.ts'
import { PLAN_FORMATS, READ_FORMATS } from '../core/tracking-plan/read-document.ts'
import { PLAN_RULES_MAX, type PlanRule } from '../core/tracking-plan/tracking-plan.ts'
import { CHANGES, Problem } from './configuration.ts'
import { ASKS_PERSONAL, NOT_PERSONAL } from './personal.ts'
import { count, exactly, id, oneOf, route, time } from './route.ts'
import { Type } from './type.ts'

const name = Type.String({ minLength: 1, maxLength: 100, description: 'What people call it' })
const rule = Type.Unsafe<PlanRule>({
  ...NOT_PERSONAL,
  type: 'object',
  description: 'type, event, description, schema, context: docs/tracking-plans.md',
})
const rules = Type.Array(rule, { maxItems: PLAN_RULES_MAX, description: 'What calls should look like' })
/** The same where they are looked at one by one, so that everything that is wrong is told. */
const drafted = (more: object = {}) =>
  Type.Array(Type.Unsafe<JsonObject>({ type: 'object' }), {
    ...more,
    description: 'Rules as they are written',
  })
const revision = Type.Integer({ minimum: 0, description: 'Rises with each change of it' })

export const Plan = exactly({
  id: id('Never changes'),
  name,
  rules,
  sources: Type.Array(id('A source that holds to it')),
  revision,
})
const Saved = exactly({
  saved: Plan,
  change: Type.Integer({ description: 'For undo; 0 when nothing changed' }),
})
export const PlanFinding = exactly({
  kind: oneOf(FINDING_KINDS),
  type: Type.String({ description: 'Of the call; empty for those over the limit' }),
  event: Type.String({ description: 'Its name; empty for calls that have none' }),
  path: Type.String({ description: 'Such as properties.products[].price' }),
  rule: Type.String({ description: 'The keyword that is not kept, such as required' }),
  text: Type.String({ description: 'In words' }),
  count: count('How often'),
  first: time('The hour in which it was first seen.'),
  last: time('When it was last seen.'),
  hours: Type.Array(Type.Integer(), { description: 'How often in each hour that was asked for' }),
  examples: Type.Array(Type.String(), { description: 'messageIds of the newest ones' }),
})
const Version = exactly({
  version: Type.Integer({ description: 'The id of the change' }),
  at: time('When it was saved.'),
  by: Type.String(),
  change: oneOf(CHANGES),
  current: Type.Boolean(),
  rules: count('How many'),
})

export const trackingPlanRoutes = {
  'GET /admin/v1/tracking-plans': route({
    needs: 'view',
    summary: 'All tracking plans, without their rules',
    answer: exactly({
      plans: Type.Array(exactly({ ...Plan.properties, rules: count('How many rules it has') })),
    }),
  }),
  'GET /admin/v1/tracking-plans/:id': route({ needs: 'view', summary: 'A tracking plan', answer: Plan }),
  'POST /admin/v1/tracking-plans': route({
    needs: 'edit',
    summary: 'Add a tracking plan',
    body: exactly({
      name,
      id: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' })),
      rules: Type.Optional(rules),
    }),
    answer: Saved,
    status: 201,
  }),
  'PATCH /admin/v1/tracking-plans/:id': route({
    needs: 'edit',
    summary: 'Change a tracking plan: rules take the place of all rules before',
    body: exactly({
      name: Type.Optional(name),
      rules: Type.Optional(rules),
      revision: Type.Optional(
        Type.Integer({ minimum: 0, description: 'Refuse the change when its revision is another one' }),
      ),
    }),
    answer: Saved,
  }),
  'DELETE /admin/v1/tracking-plans/:id': route({
    needs: 'edit',
    summary: 'Remove a tracking plan: sources that held to it hold to none',
    answer: exactly({ change: Type.Integer() }),
  }),
  'GET /admin/v1/tracking-plans/:id/versions': route({
    needs: 'view',
    summary: 'What the plan was, newest first',
    answer: exactly({ versions: Type.Array(Version) }),
  }),
  'GET /admin/v1/tracking-plans/:id/versions/:version': route({
    needs: 'view',
    summary: 'The rules of a version',
    answer: exactly({ ...Version.properties, name, rules }),
  }),
  'GET /admin/v1/tracking-plans/:id/document': route({
    needs: 'view',
    summary: 'The plan as another program reads it',
    query: exactly({ format: Type.Optional(oneOf(PLAN_FORMATS)) }),
    answer: exactly({
      document: Type.Unsafe<JsonObject>({ ...NOT_PERSONAL, type: 'object', description: 'The plan' }),
    }),
  }),
  'GET /admin/v1/tracking-plans/:id/types': route({
    needs: 'view',
    summary: 'The plan as types for a client',
    query: exactly({ language: Type.Optional(oneOf(['typescript'])) }),
    answer: exactly({ text: Type.String({ description: 'A file such as events.d.ts' }) }),
  }),
  'POST /admin/v1/tracking-plans/check': route({
    needs: 'view',
    summary: 'What would be wrong with rules, while they are being written',
    body: exactly({ rules: drafted() }),
    answer: exactly({ problems: Type.Array(Problem) }),
  }),
  'POST /admin/v1/tracking-plans/read': route({
    needs: 'view',
    summary:
      'The rules of a plan that Segment, RudderStack or Millrace exported, or of a CSV; nothing is stored',
    body: exactly({
      document: Type.Unsafe<Json>({
        description: 'What was exported, as JSON; the text of a CSV as a string',
      }),
    }),
    answer: exactly({
      format: Type.Optional(oneOf(READ_FORMATS)),
      name: Type.Optional(Type.String()),
      rules,
      notes: Type.Array(Type.String(), { description: 'What of it could not be taken' }),
      problems: Type.Array(Problem),
    }),
  }),
  'POST /admin/v1/tracking-plans/draft': route({
    needs: 'view',
    summary: 'Rules that take what a source sent so far for right; nothing is stored',
    body: exactly({ source: id('A source') }),
    answer: exactly({ rules }),
  }),
  'POST /admin/v1/tracking-plans/trial': route({
    needs: 'view',
    summary: 'What of the newest events is not as rules say; nothing is stored',
    body: exactly({
      // What they find would tell of values that the caller may not see.
      rules: drafted(ASKS_PERSONAL),
      sources: Type.Optional(
        Type.Array(Type.String(), { maxItems: 1_000, description: 'Their newest events; left out: of all' }),
      ),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 200 })),
    }),
    answer: exactly({
      problems: Type.Array(Problem, { description: 'Why they cannot be tried' }),
      looked: count('The last events that were looked at'),
      found: Type.Array(
        exactly({
          ...{ kind: oneOf(FINDING_KINDS), type: oneOf(CALL_TYPES), event: Type.String() },
          ...{ path: Type.String(), rule: Type.String(), text: Type.String() },
          count: count('In so many of them'),
          addresses: Type.Array(Type.String(), { description: 'Of the newest ones' }),
        }),
      ),
    }),
  }),
  'GET /admin/v1/sources/:id/plan-findings': route({
    needs: 'view',
    summary: 'What of a source’s events was not as its tracking plan says, the most frequent first',
    query: exactly({
      hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 168, default: 24, description: 'Up to now' })),
      event: Type.Optional(Type.String({ description: 'Only those of this name' })),
      type: Type.Optional(oneOf(CALL_TYPES)),
    }),
    answer: exactly({
      from: time('The start of the first hour.'),
      findings: Type.Array(PlanFinding, { description: 'At most 1,000' }),
      other: count('Of different ones over the limit'),
    }),
  }),
} as const
