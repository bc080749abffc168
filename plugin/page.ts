import type { Json } from '../core/event.ts'

/** Heap's library in the page, or what stands in for it until it has loaded. */
export type Heap = {
  readonly [method: string]: (...values: readonly (Json | undefined)[]) => unknown
} & {
  /** The App Id: of the current library and of the classic one. */
  readonly envId?: unknown
  readonly appid?: unknown
  /** Of the current library, once it is there. */
  readonly loaded?: boolean
  /** Of the classic library, which has no method for it. */
  readonly userId?: unknown
}

/** Why a call does not reach Heap: the page's Heap has another App Id; its script did not load; or has not for long. */
export type Loss = 'another app' | 'blocked' | 'queue full'

/** What becomes of an instance's events in this page. */
export type Status = {
  /** `existing`: the page had Heap already. */
  heap: 'loading' | 'loaded' | 'existing' | Loss
  /** Calls of an action that were handed to Heap's library, or to its queue. */
  sent: number
  /** Events whose values have a problem: the server would have made them dead letters. */
  rejected: number
  lost: number
  /** Something threw. */
  failed: number
  /** The last thing that went wrong; holds no value of an event. */
  problem?: string
}

/** What our scripts leave in a page, for those who look: `millraceHeapWeb.instances`. */
type Shared = { readonly instances: Record<string, Status> }

/** What a page has and what we put into it, by name. */
export const page = window as unknown as {
  heap?: Heap & { [name: string]: unknown }
  heapReadyCb?: { readonly length: number; push(call: { name: string; fn: () => void }): void }
  millraceHeapWeb?: Partial<Shared> & { readonly rank?: number }
  millraceHeapSession?: () => readonly unknown[]
}

/** Calls Heap's library, or the stub in which calls wait for it; whichever it is by now. */
export function heapCall(name: string, ...values: readonly Json[]): void {
  const { heap } = page
  ;(heap as Heap)[name]?.(...values)
}
