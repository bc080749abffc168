import type { EventName } from './events.ts'

/** A text that is no trigger: at which character that shows, counted from 1, and words that the problem must hold. */
export type Refused = { readonly at: number; readonly problem: string }

/** The note says what is easily missed, and "Segment: …" where we differ from Segment's own parser on purpose. */
export type Row = readonly [
  event: EventName,
  trigger: string,
  expected: 'yes' | 'no' | Refused,
  note?: string,
]

export type Topic = { readonly topic: string; readonly rows: readonly Row[] }

export const refused = (at: number, problem: string): Refused => ({ at, problem })
