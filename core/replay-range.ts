import type { EventEnvelope, Position } from './event.ts'
import type { Match } from './trigger/closures.ts'
import { compileTrigger } from './trigger/trigger.ts'

/** Which events of the log a replay is about. */
export type ReplayRange = {
  /** When they were received. */
  readonly from_ms: number
  /** Before this. */
  readonly to_ms: number
  readonly sourceId?: string
  readonly trigger?: string
  /** Where the instance was in each lane: what comes after that, it delivers anyway. */
  readonly ends: readonly Position[]
}

/** @throws {AppError} TRIGGER_INVALID */
export function compileRange(
  { from_ms, to_ms, sourceId, trigger, ends }: ReplayRange,
  sources: ReadonlySet<string>,
): (envelope: EventEnvelope) => boolean {
  const matches: Match = trigger === undefined ? () => true : compileTrigger(trigger)

  function isBehind({ address: { lane, chunk, index } }: EventEnvelope): boolean {
    const end = ends[lane]
    return end !== undefined && (chunk < end.chunk || (chunk === end.chunk && index < end.index))
  }

  return (envelope) => {
    const received_ms = Date.parse(envelope.receivedAt)
    return (
      sources.has(envelope.sourceId) &&
      (sourceId === undefined || sourceId === envelope.sourceId) &&
      received_ms >= from_ms &&
      received_ms < to_ms &&
      isBehind(envelope) &&
      matches(envelope.event)
    )
  }
}
