import type { Static } from 'typebox'
import type { ShownEntry } from '../../contract/events.ts'
import type { Attempt as ShownAttempt, DeadLetter as ShownDeadLetter } from '../../contract/history.ts'
import { AppError } from '../../core/errors.ts'
import { type Address, addressText, type Envelope } from '../../core/event.ts'
import type { StoredAttempt, StoredDeadLetter } from '../ledger/ledger.ts'

export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** @throws {AppError} QUERY_INVALID */
export function readTime(parameter: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new AppError('QUERY_INVALID', { parameter, problem: 'is no time' })
  return ms
}

/** `3-1042-7`, as pages and cursors write an address: a slash would end a part of theirs. `3/1042/7` is read too. */
export function cursorText(address: Address): string {
  return addressText(address).replaceAll('/', '-')
}

/** @throws {AppError} QUERY_INVALID */
export function readAddress(parameter: string, text: string): Address {
  const [, lane, chunk, index] = (/^(\d{1,15})[-/](\d{1,15})[-/](\d{1,15})$/.exec(text) ?? []).map(Number)
  if (lane === undefined || chunk === undefined || index === undefined) {
    throw new AppError('QUERY_INVALID', { parameter, problem: 'must be lane-chunk-index, such as 3-1042-7' })
  }
  return { lane, chunk, index }
}

export function shownEntry(envelope: Envelope): ShownEntry {
  return { ...envelope, address: addressText(envelope.address) }
}

export function shownAttempt(attempt: StoredAttempt): Static<typeof ShownAttempt> {
  const { id, instanceId, subscriptionIds, startedAt_ms, duration_ms, outcome, status } = attempt
  const { reason, method, url, addresses } = attempt
  return {
    ...{ id, destination: instanceId, startedAt: isoTime(startedAt_ms), duration_ms },
    ...{ attempt: attempt.attempt, outcome },
    ...(subscriptionIds === undefined ? {} : { actions: [...subscriptionIds] }),
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason: { ...reason } }),
    ...{ method, url, events: addresses.length },
  }
}

export function shownDeadLetter(letter: StoredDeadLetter): Static<typeof ShownDeadLetter> {
  const { id, instanceId, subscriptionId, address, messageId, event, at_ms, reason, response } = letter
  return {
    ...{ id, destination: instanceId, action: subscriptionId, address: addressText(address), messageId },
    ...(event === undefined ? {} : { name: event }),
    ...{ at: isoTime(at_ms), reason: { ...reason } },
    ...(response === undefined ? {} : { status: response.status }),
  }
}
