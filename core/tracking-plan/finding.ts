import type { ErrorCode } from '../errors.ts'
import type { SpecEvent } from '../event.ts'

export const FINDING_KINDS = ['unplanned event', 'violation', 'unplanned property'] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

/** What is not as a plan has it. It holds names and what the plan says, and no value of an event. */
export type Finding = {
  readonly kind: FindingKind
  /** Where: `properties.products[].price`; empty for the event itself. */
  readonly path: string
  /** The keyword that is not kept, such as `required`; empty where none is. */
  readonly rule: string
  /** In words: `is missing`. */
  readonly text: string
}

/** What a plan says of an event. */
export type Judged = {
  /** What goes on: without what is omitted. */
  readonly event: SpecEvent
  readonly findings: readonly Finding[]
  /** Why it is not taken; left out: it is. */
  readonly refused?: { readonly code: ErrorCode; readonly reason: string }
}
/** Undefined when everything is as the plan has it. Never throws. */
export type Judge = (event: SpecEvent) => Judged | undefined

/** Findings of an event, and of which event they are. */
export type EventFindings = {
  readonly sourceId: string
  readonly type: string
  /** Empty for calls that have none. */
  readonly event: string
  readonly messageId: string | undefined
  readonly findings: readonly Finding[]
}
