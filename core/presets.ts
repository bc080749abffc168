import type { Subscription } from './configuration.ts'
import type { Action, Destination } from './destination.ts'
import type { Mapping } from './mapping/mapping.ts'

const SLUG_CHARS_MAX = 64

/** The subscriptions that a new instance starts with: each preset as it comes. */
export function presetSubscriptions({ presets, actions }: Destination): readonly Subscription[] {
  return presets.map((preset) => {
    const name = typeof preset === 'string' ? preset : preset.action
    const action = actions[name]
    if (action === undefined) throw new Error(`The preset "${name}" is not an action.`)
    const mapping = defaultMapping(action)
    if (typeof preset !== 'string') return { ...preset, mapping: { ...mapping, ...preset.mapping } }
    return {
      id: slug(name),
      action: name,
      name: action.name,
      enabled: true,
      trigger: action.trigger,
      mapping,
    }
  })
}

/** The mapping that a preset of this action starts with: each field that has a default. */
export function defaultMapping({ fields }: Action): Mapping {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      field.default === undefined ? [] : [[name, field.default]],
    ),
  )
}

/**
 * An id made from a name: `trackEvent` and `Track Event` give `track-event`. Only `a-z`, `0-9` and `-`, at most 64;
 * empty when the name has no such character.
 */
export function slug(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARS_MAX)
    .replace(/^-+|-+$/g, '')
}
