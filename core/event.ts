/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

/** The six calls of the Segment spec: https://segment.com/docs/connections/spec/ */
export const CALL_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const
export type CallType = (typeof CALL_TYPES)[number]

type Common = {
  /** The sender's id for this event, unique within its source. Made by ingest when the sender gave none. */
  readonly messageId: string
  readonly anonymousId?: string
  readonly userId?: string
  /** When it happened, ISO 8601 in UTC, corrected for the sender's clock. */
  readonly timestamp: string
  /** The timestamp as the sender wrote it. */
  readonly originalTimestamp?: string
  /** When the sender sent it, by the sender's clock. */
  readonly sentAt?: string
  readonly context?: JsonObject
  readonly integrations?: JsonObject
}

export type TrackEvent = Common & {
  readonly type: 'track'
  readonly event: string
  readonly properties?: JsonObject
}
export type IdentifyEvent = Common & { readonly type: 'identify'; readonly traits?: JsonObject }
export type PageEvent = Common & {
  readonly type: 'page'
  readonly name?: string
  readonly category?: string
  readonly properties?: JsonObject
}
export type ScreenEvent = Omit<PageEvent, 'type'> & { readonly type: 'screen' }
export type GroupEvent = Common & {
  readonly type: 'group'
  readonly groupId: string
  readonly traits?: JsonObject
}
export type AliasEvent = Common & {
  readonly type: 'alias'
  readonly userId: string
  readonly previousId: string
}

/**
 * One call, parsed and checked: after `parse-event.ts` nobody checks it again. Fields that the spec does not name
 * are kept as they came, so triggers and mappings can use them.
 */
export type SpecEvent = TrackEvent | IdentifyEvent | PageEvent | ScreenEvent | GroupEvent | AliasEvent

/** The fields that the spec names: https://segment.com/docs/connections/spec/common/ */
export const EVENT_FIELDS = [
  ...[
    'type',
    'event',
    'userId',
    'anonymousId',
    'properties',
    'traits',
    'context',
    'integrations',
    'messageId',
  ],
  ...['timestamp', 'originalTimestamp', 'sentAt', 'receivedAt', 'name', 'category', 'groupId', 'previousId'],
  ...['version', 'channel'],
] as const

/** A call that ingest did not take, kept so that a person can see what was sent and why it was refused. */
export type Refusal = {
  readonly code: string
  readonly reason: string
  readonly messageId?: string
  readonly type?: string
  /** The start of what was sent, as text; at most `REFUSED_TEXT_CHARS_MAX` characters. */
  readonly text: string
}

/** What ingest writes to the log: each thing that was sent, and what it became. Counting needs nothing else. */
export type Entry =
  | {
      readonly kind: 'event'
      readonly sourceId: string
      readonly receivedAt: string
      readonly event: SpecEvent
    }
  | {
      readonly kind: 'refused'
      readonly sourceId: string
      readonly receivedAt: string
      readonly refusal: Refusal
    }
  | {
      readonly kind: 'duplicate'
      readonly sourceId: string
      readonly receivedAt: string
      readonly messageId: string
    }
  | Tombstone

/** What stands in the place of an entry whose person was deleted, so that no address moves. It holds nothing of theirs. */
export type Tombstone = {
  readonly kind: 'erased'
  readonly sourceId: string
  readonly receivedAt: string
  readonly was: 'event' | 'refused' | 'duplicate'
  /** Under what it is counted: an event's type, a refusal's code, or ''. */
  readonly part: string
  /** The number of the deletion. */
  readonly deletion: number
  /** Of an event: the high and the low half of its fingerprint, by which its duplicates are found. */
  readonly fingerprint?: readonly [high: number, low: number]
}

/** A place between two entries of a lane: everything before it is done. `chunk` rises within a lane, with gaps. */
export type Position = { readonly chunk: number; readonly index: number }

/** Where an entry stands in the log, for ever: its lane, its chunk, its place in the chunk from 0. */
export type Address = Position & { readonly lane: number }

/** An entry read back from the log. */
export type Envelope = Entry & { readonly address: Address }
export type EventEnvelope = Extract<Envelope, { kind: 'event' }>

/** What names an event, and whose it is: all that is to be known of it once its deliveries are made. */
export type EventHead = Pick<EventEnvelope, 'sourceId' | 'receivedAt' | 'address'> & {
  readonly event: {
    readonly type: CallType
    readonly messageId: string
    readonly event?: string | undefined
    readonly name?: string | undefined
    readonly userId?: string | undefined
    readonly anonymousId?: string | undefined
  }
}

/** `3/1042/7`: how an address is written in the API, in history and on the pages. */
export function addressText({ lane, chunk, index }: Address): string {
  return `${lane}/${chunk}/${index}`
}
