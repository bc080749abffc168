import type { CallType } from '../core/event.ts'

/**
 * What Segment's and Customer.io's browser libraries give a plugin, and ask of one: the same in both, and told by
 * https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/#plugins-and-source-middleware.
 */
export type Context = {
  readonly id: string
  readonly event: { readonly messageId: string }
  updateEvent(path: string, value: unknown): unknown
}

type Emitter = { on(name: string, listener: (context: Context) => void): unknown }
export type Analytics = Emitter & { readonly queue?: Emitter }

export type Plugin = {
  readonly name: string
  readonly version: string
  readonly type: 'destination' | 'enrichment'
  readonly load: (context: Context, analytics: Analytics) => Promise<void>
  readonly isLoaded: () => boolean
} & { readonly [Call in CallType]?: Handle }
type Handle = (context: Context) => Context

/** The methods of a plugin that treats every call alike. */
export function everyCall(handle: Handle): { readonly [Call in CallType]: Handle } {
  return { track: handle, identify: handle, page: handle, screen: handle, group: handle, alias: handle }
}
