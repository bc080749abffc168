import type { Json, SpecEvent } from '../core/event.ts'
import { isNothing, toObject, toText } from '../core/field-values.ts'
import { isBlank } from '../core/heap-properties.ts'
import { compileValueWith, type Directives } from '../core/mapping/closures.ts'
import type { MappingProblem, Powers } from '../core/mapping/mapping.ts'
import type { PageSubscription } from '../core/page-plugin.ts'
import { compileNodeWith, type Functions, type Match } from '../core/trigger/closures.ts'
import { OBJECT_FIELDS, type Values } from './actions.ts'

/** What a bundle brings for triggers and mappings. */
export type Languages = {
  readonly functions: Functions
  readonly directives: Directives
  readonly powers: Powers
}

export type CompiledSubscription = {
  readonly match: Match
  /** The values of the action's fields, as the server reads them: what is wrong is added to `problems`. */
  readonly read: (event: SpecEvent, problems: MappingProblem[]) => Values
}

/** @throws where the trigger or the mapping uses what the bundle does not have. */
export function compileSubscription(
  { action, trigger, mapping }: PageSubscription,
  { functions, directives, powers }: Languages,
): CompiledSubscription {
  const match = compileNodeWith(trigger, functions)
  const fields = Object.entries(mapping).map(
    ([at, value]) => [at, compileValueWith(value, { at, powers, directives })] as const,
  )
  return {
    match,
    read(event, problems) {
      const values: Record<string, Json> = {}
      for (const [name, resolve] of fields) {
        const value = resolve(event as unknown as Json, problems)
        if (isNothing(value)) continue
        const read = (OBJECT_FIELDS.test(name) ? toObject : toText)(value)
        if (read) values[name] = read
        else problems.push({ at: name, problem: 'has a wrong type' })
      }
      if (action === 'trackEvent' && isBlank((values['event'] ?? '') as string)) {
        problems.push({ at: 'event', problem: 'is missing' })
      }
      return values
    },
  }
}

const IDS = ['anonymousId', 'userId', 'groupId', 'previousId']

/**
 * The event as the server would get and read it: times as texts, nothing that JSON cannot hold, ids as texts or not at
 * all (core/parse-event.ts).
 */
export function eventOf(given: unknown): SpecEvent {
  const event = JSON.parse(JSON.stringify(given)) as Record<string, unknown>
  for (const name of IDS) {
    const id = event[name]
    if (typeof id === 'number') event[name] = String(id)
    else if (!id) delete event[name]
  }
  return event as unknown as SpecEvent
}
