import type { Json, JsonObject } from '../event.ts'
import type { PlanFormat } from './read-document.ts'
import { type PlanRule, planPart, type TrackingPlan } from './tracking-plan.ts'

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#'

/** A plan as other programs read it, and as `readPlanDocument` reads it back. */
export function planDocument({ name, rules }: TrackingPlan, format: PlanFormat): JsonObject {
  switch (format) {
    case 'millrace':
      return { name, rules: rules as readonly PlanRule[] as unknown as Json }
    case 'segment':
      return { name, rules: rules.map(segmentRule) }
    case 'rudderstack':
      return { name, events: rules.map(rudderstackEvent) }
  }
}

/** @see https://docs.segmentapis.com/tag/Tracking-Plans#operation/replaceRulesInTrackingPlan */
function segmentRule(rule: PlanRule): JsonObject {
  const { type, event, description } = rule
  return {
    type: type.toUpperCase(),
    ...(event === undefined ? {} : { key: event }),
    version: 1,
    jsonSchema: { ...(description === undefined ? {} : { description }), ...wholeOf(rule) },
  }
}

/** @see https://www.rudderstack.com/docs/api/data-catalog-api/ */
function rudderstackEvent(rule: PlanRule): JsonObject {
  const { type, event = '', description = '' } = rule
  return { name: event, description, eventType: type, version: '1-0-0', rules: wholeOf(rule) }
}

/** A schema of the whole call. */
function wholeOf({ type, schema, context = {} }: PlanRule): JsonObject {
  const part = planPart(type)
  const other = part === 'traits' ? 'properties' : 'traits'
  const isNeeded = Array.isArray(schema['required']) && schema['required'].length > 0
  return {
    $schema: DRAFT_07,
    type: 'object',
    properties: { context, [other]: {}, [part]: schema },
    ...(isNeeded ? { required: [part] } : {}),
  }
}
