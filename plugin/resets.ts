import type { Analytics } from './library.ts'

/**
 * Keeps a reset among events in the order in which a site called them. A library tells of `reset` at once, and hands
 * events over a little later: in `track('Signed Out'); reset()` the event still belongs to the person who leaves. So a
 * reset waits for the events called before it, is done before one called after it, and in any case when the page goes.
 */
export function resetsInOrder(reset: () => void) {
  const onTheWay = new Set<string>()
  /** The events that a reset waits for. */
  let before: Set<string> | undefined
  const due = (isNow?: boolean) => {
    if (before && (isNow || before.size === 0)) {
      before = undefined
      reset()
    }
  }
  const ended = (id: string) => {
    onTheWay.delete(id)
    before?.delete(id)
    due()
  }
  return {
    arrived: (id: string) => due(!before?.has(id)),
    ended,
    listen(analytics: Analytics): void {
      analytics.on('dispatch_start', ({ event }) => onTheWay.add(event.messageId))
      analytics.on('reset', () => {
        due(true)
        before = new Set(onTheWay)
        due()
      })
      for (const name of ['delivery_success', 'delivery_failure']) {
        analytics.queue?.on(name, ({ event }) => ended(event.messageId))
      }
      addEventListener('pagehide', () => due(true))
    },
  }
}
