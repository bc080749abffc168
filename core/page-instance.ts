import type { Instance } from './configuration.ts'
import type { WebDestination } from './destination.ts'
import { compileSubscription, readInstanceSettings } from './instance.ts'
import type { PagePlugin, PageSubscription } from './page-plugin.ts'
import { readTrigger } from './trigger/parse.ts'

/**
 * What a page is given of an instance that it sends to by itself: its settings, and what is switched on of its
 * subscriptions, checked.
 *
 * @throws {AppError} as `compileInstance`.
 */
export function pagePlugin(instance: Instance, destination: WebDestination): PagePlugin {
  const settings = readInstanceSettings(instance, destination)
  const subscriptions = instance.subscriptions
    .filter(({ enabled }) => enabled)
    .map((subscription): PageSubscription => {
      compileSubscription(instance.id, subscription, destination)
      const read = readTrigger(subscription.trigger)
      if (!read.ok) throw new Error('a trigger that compiles can be read')
      const { id, action, mapping } = subscription
      return { id, action: action as PageSubscription['action'], trigger: read.node, mapping }
    })
  return destination.page(instance.id, settings as never, subscriptions)
}
