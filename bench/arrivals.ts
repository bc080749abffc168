import { type Heap, makeHeap } from '../sandbox/heap.ts'

/** A sandbox's Heap that notes when each event comes to it, by messageId, in ms of `performance.now()`. */
export function arrivalTimes() {
  const inner = makeHeap()
  const times = new Map<string, number>()
  const heap: Heap = {
    ...inner,
    handle(request) {
      const at_ms = performance.now()
      const { events = [] } = (request.body ?? {}) as { events?: { idempotency_key?: string }[] }
      for (const { idempotency_key = '' } of events) {
        const id = idempotency_key.split(':').at(-1) ?? ''
        if (!times.has(id)) times.set(id, at_ms)
      }
      return inner.handle(request)
    },
  }
  return {
    heap,
    at: (id: string) => times.get(id),
    count: (ids: readonly string[]) => ids.filter((id) => times.has(id)).length,
  }
}
