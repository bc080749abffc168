import type { OnAttempt } from './delivery/runtime.ts'
import { type AttemptLine, attemptLine } from './metrics/attempt-line.ts'
import { attemptCounts } from './metrics/attempts.ts'
import { type Span, spansOfAttempt } from './traces/spans.ts'

/** What the readers' thread is to tell of attempts. `traceSample`: 0 for no traces. */
export type AttemptWatchData = { readonly attemptLog: boolean; readonly traceSample: number }
export type AttemptTold =
  | { readonly type: 'attempted'; readonly line: AttemptLine }
  | { readonly type: 'spans'; readonly spans: readonly Span[] }

/** Counts attempts, and tells of them only what was asked for. */
export function watchAttempts(
  { attemptLog, traceSample }: AttemptWatchData,
  tell: (told: AttemptTold) => void,
) {
  const counts = attemptCounts()
  const onAttempt: OnAttempt = (attempt, deliveries) => {
    const firstReceivedAt = deliveries[0]?.envelope.receivedAt
    counts.note(attempt, firstReceivedAt)
    if (attemptLog) tell({ type: 'attempted', line: attemptLine(attempt, firstReceivedAt) })
    if (traceSample === 0) return
    const spans = spansOfAttempt(attempt, deliveries, traceSample)
    if (spans.length > 0) tell({ type: 'spans', spans })
  }
  return { onAttempt, read: counts.read }
}
