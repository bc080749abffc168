import { addressText } from '../../core/event.ts'
import type { Attempt } from '../ledger/ledger.ts'

/**
 * One attempt as one line of the log, wide enough to ask all questions of it. It holds no value of an event and nothing that a
 * receiver said: of the address only the host, of the reason only its code. docs/metrics.md has the fields.
 */
export function attemptLine(attempt: Attempt, firstReceivedAt: string | undefined) {
  const { addresses, reason, startedAt_ms, duration_ms } = attempt
  const [first] = addresses
  const age_ms =
    firstReceivedAt === undefined ? undefined : startedAt_ms + duration_ms - Date.parse(firstReceivedAt)
  return {
    destination: attempt.instanceId,
    outcome: attempt.outcome,
    ...(attempt.status === undefined ? {} : { status: attempt.status }),
    ...(reason === undefined ? {} : { code: reason.code }),
    attempt: attempt.attempt,
    duration_ms,
    startedAt: new Date(startedAt_ms).toISOString(),
    events: addresses.length,
    actions: attempt.subscriptionIds ?? [],
    ...(first === undefined ? {} : { first: addressText(first) }),
    ...(age_ms === undefined ? {} : { age_ms: Math.max(0, age_ms) }),
    lane: attempt.lane,
    method: attempt.method,
    host: hostOf(attempt.url),
    request_bytes: Buffer.byteLength(attempt.requestBody),
    response_bytes: Buffer.byteLength(attempt.responseBody),
    adjustments: attempt.adjustments_count ?? 0,
  }
}
export type AttemptLine = ReturnType<typeof attemptLine>

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : ''
}
