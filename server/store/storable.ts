import { type Configuration, writeKeysOf } from '../../core/configuration.ts'

/**
 * A copy of the configuration as it comes back from a file: through JSON, so that every store gives back the same
 * (`-0` as `0`), refuses the same, and shares nothing with the caller.
 *
 * Asserts what every store relies on: ids and write keys are unique, connections end at sources that are there, and sources hold
 * to plans that are there.
 * Whoever applies a configuration has told the person about such mistakes before; here they are bugs.
 */
export function storable(configuration: Configuration): Configuration {
  const { sources, instances, plans = [] } = configuration
  assertUnique(sources, ({ id }) => id, 'source id')
  assertUnique(sources.flatMap(writeKeysOf), (writeKey) => writeKey, 'write key')
  assertUnique(instances, ({ id }) => id, 'destination id')
  assertUnique(plans, ({ id }) => id, 'tracking plan id')
  const planIds = new Set(plans.map(({ id }) => id))
  for (const { id, plan } of sources) {
    if (plan === undefined || planIds.has(plan.id)) continue
    throw new Error(`The source "${id}" holds to the tracking plan "${plan.id}", which is not there.`)
  }
  const sourceIds = new Set(sources.map(({ id }) => id))
  for (const { id, sources: connected, subscriptions } of instances) {
    assertUnique(connected, (source) => source, `source of destination "${id}"`)
    assertUnique(subscriptions, (subscription) => subscription.id, `action id of destination "${id}"`)
    const missing = connected.find((source) => !sourceIds.has(source))
    if (missing !== undefined) {
      throw new Error(`The destination "${id}" is connected to the source "${missing}", which is not there.`)
    }
  }
  return JSON.parse(JSON.stringify(configuration)) as Configuration
}

/** Names the place and not the value: a write key must not end in a server's log. */
function assertUnique<Item>(items: readonly Item[], read: (item: Item) => string, what: string): void {
  const seen = new Set<string>()
  for (const [index, item] of items.entries()) {
    if (seen.has(read(item))) throw new Error(`The ${what} at index ${index} is there twice.`)
    seen.add(read(item))
  }
}
