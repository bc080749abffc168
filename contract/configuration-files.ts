import type { Json, JsonObject } from '../core/event.ts'
import type { Explanation } from '../core/explain.ts'
import { TRIAL_CHANGES, TrialSample } from './catalogue.ts'
import { CHANGES, Problem } from './configuration.ts'
import { ASKS_PERSONAL, EXPLANATION_PERSONAL, NOT_PERSONAL } from './personal.ts'
import { PLAN_EVENTS_MAX, PLAN_SAMPLES_MAX } from './plan-limits.ts'
import { exactly, id, oneOf, route, time } from './route.ts'
import { Type } from './type.ts'

const base = Type.Integer({
  minimum: 0,
  description: 'The number of the newest change when it was made; rises with each change',
})
const Given = Type.Unsafe<JsonObject>({
  ...NOT_PERSONAL,
  type: 'object',
  description:
    'What a configuration file holds: sources, destinations, plans, alerts. A reference is taken only where the export writes the same one: then the secret stays as it is. Everything else must be written out',
})
const side = (description: string) => Type.Optional(Type.Unsafe<Json>({ ...NOT_PERSONAL, description }))
const WHAT = ['source', 'destination', 'plan', 'alerts'] as const

export const PlannedItem = exactly({
  what: oneOf(WHAT),
  id: id('Of the source, destination or tracking plan; alerts of the alerts'),
  change: oneOf([...CHANGES, 'unchanged']),
  fields: Type.Array(
    exactly({
      at: Type.Array(Type.String(), { description: 'settings, appId; items of lists by their ids' }),
      before: side('Secrets are ***; absent where nothing stands'),
      after: side('Secrets are ***; absent where nothing stands'),
    }),
    { description: 'Of what is updated' },
  ),
  drift: Type.Optional(
    exactly(
      { by: Type.String({ description: 'Who changed it last' }), at: time('When.') },
      'It was changed since files were applied last, and is not as they say',
    ),
  ),
})
const become = Type.Unsafe<Explanation>({ ...EXPLANATION_PERSONAL, type: 'object' })
const Sample = exactly({
  ...TrialSample.properties,
  before: Type.Optional(become),
  after: Type.Optional(become),
})
const TriedAction = exactly({
  destination: id('A destination'),
  action: id('An action'),
  name: Type.String(),
  counts: Type.Unsafe<Record<(typeof TRIAL_CHANGES)[number], number>>(
    Type.Record(oneOf(TRIAL_CHANGES), Type.Integer(), { description: 'Of the events that were tried' }),
  ),
  samples: Type.Array(Sample, {
    description: `The newest that would be different, at most ${PLAN_SAMPLES_MAX}`,
  }),
})
export const ConfigurationPlan = exactly({
  base,
  problems: Type.Array(Problem, { description: 'With any, nothing below is there' }),
  items: Type.Array(PlannedItem),
  reordered: Type.Boolean({ description: 'Sources or destinations stand in another order' }),
  notes: Type.Array(Type.String()),
  tried: Type.Optional(
    exactly({
      events: Type.Integer({ description: 'How many were tried, newest first' }),
      actions: Type.Array(TriedAction, {
        description: 'Those that would be different, or whose destination would',
      }),
      left: Type.Integer({ description: 'Actions that were not tried, as there are too many' }),
    }),
  ),
})

/** Configuration as files: what is there as one, what one would change, and its change. */
export const configurationFileRoutes = {
  'GET /admin/v1/configuration': route({
    needs: 'view',
    summary: 'The configuration as a YAML file, with references in place of secrets',
    answer: exactly({ text: Type.String(NOT_PERSONAL), base }),
  }),
  'GET /admin/v1/configuration/schema': route({
    needs: 'view',
    summary: 'The JSON Schema of a configuration file, for editors',
    answer: Type.Unsafe<JsonObject>({ ...NOT_PERSONAL, type: 'object' }),
  }),
  'POST /admin/v1/configuration/plan': route({
    needs: 'view',
    summary:
      'What would change if the configuration were this, and what the last real events would have become',
    body: exactly({
      configuration: Given,
      events_max: Type.Optional(
        Type.Integer({
          ...ASKS_PERSONAL,
          minimum: 1,
          maximum: PLAN_EVENTS_MAX,
          description: 'So many of the newest events are tried; left out: none',
        }),
      ),
    }),
    answer: ConfigurationPlan,
  }),
  'POST /admin/v1/configuration/apply': route({
    needs: 'edit',
    summary: 'Make the configuration this, all of it or nothing; what is not in it is removed',
    body: exactly({
      configuration: Given,
      base,
      allowDelete: Type.Optional(
        Type.Boolean({ description: 'Else what would remove something is refused' }),
      ),
      refuseDrift: Type.Optional(
        Type.Boolean({
          description: 'Refuse what would undo a change that was made since files were applied last',
        }),
      ),
    }),
    answer: exactly({
      change: Type.Integer({ description: 'For undo; 0 when nothing changed' }),
      items: Type.Array(PlannedItem),
    }),
  }),
} as const
