import { nextDelay_ms } from '../../core/backoff.ts'
import type { Reason } from '../../core/outcome.ts'
import { WHOLE_TRIES_MAX } from './doubt.ts'
import { changeSign } from './sign.ts'

/** More than in any batch. */
const WHOLE_SIZE = 1_024

export type GateDeps = {
  /** How many batches may be on their way while all is well. */
  readonly batches_max: number
  readonly now_ms: () => number
  readonly random: () => number
  /** Waits; false when the server stops. */
  readonly sleep: (ms: number) => Promise<boolean>
  readonly stop: AbortSignal
  /** `undefined`: answers come again. */
  readonly onTrouble: (reason: Reason | undefined) => void
}
export type Gate = ReturnType<typeof gate>
/** Who waits at it: a lane may have to end before the instance does. */
export type Waiter = Pick<GateDeps, 'sleep' | 'stop'>

/**
 * What all lanes of an instance pass through before each batch. An answer that says "try again" closes it for all of
 * them, for longer each time, and as long as the receiver asks; then one batch goes to see, and with each that is
 * answered twice as many may be on their way. So a receiver in trouble gets one request at a time, and one that is well
 * again has all lanes back after a few. When it has failed a few times, one delivery goes to see, and with each answer
 * twice as many: what fails then is that one, or all of it.
 */
export function gate({ batches_max, now_ms, random, onTrouble, ...instance }: GateDeps) {
  let failures = 0
  let until_ms = 0
  let allowed = batches_max
  let inside = 0
  let closings = 0
  const size = trialSize()
  const waiting = changeSign()

  function isShut(): boolean {
    return until_ms > now_ms() || (failures > 0 && inside >= allowed)
  }

  /** Resolves when it may be open again. */
  const changed = ({ sleep, stop }: Waiter): Promise<unknown> =>
    until_ms > now_ms() ? sleep(until_ms - now_ms()) : waiting.raised(waiting.version(), stop)

  return {
    /** A ticket, to be shown with the answer; undefined when whoever waits is to stop. */
    async enter(by: Waiter = instance): Promise<Ticket | undefined> {
      while (!by.stop.aborted) {
        if (until_ms <= now_ms() && inside < allowed) {
          inside += 1
          return { closings }
        }
        await changed(by)
      }
      return undefined
    },
    /** How often it has closed since something was answered. */
    failures: () => failures,
    /** How many deliveries may go at once. */
    size: size.now,
    /** Whether another batch has closed it meanwhile. */
    isOpen: () => until_ms <= now_ms(),
    /** Who enters now would have to wait for the receiver. */
    isShut,
    /** Resolves when somebody may enter, or whoever waits is to stop. */
    async opened(by: Waiter = instance): Promise<void> {
      while (!by.stop.aborted && isShut()) await changed(by)
    },
    leave(): void {
      inside -= 1
      waiting.raise()
    },
    /** The receiver took or refused something: it is there. What it was asked before the gate closed says nothing new. */
    answered(ticket: Ticket): void {
      if (ticket.closings !== closings) return
      if (failures > 0) {
        failures = 0
        onTrouble(undefined)
      }
      allowed = Math.min(batches_max, allowed * 2)
      size.answered()
    },
    /** Requests that were on their way together fail together: that is one failure. */
    failed(ticket: Ticket, reason: Reason, retryAfter_ms: number): void {
      if (ticket.closings === closings) {
        failures += 1
        closings += 1
        until_ms = Math.max(until_ms, now_ms() + nextDelay_ms(failures, random))
      }
      allowed = 1
      size.failed(failures)
      until_ms = Math.max(until_ms, now_ms() + retryAfter_ms)
      onTrouble(reason)
    },
  }
}
/** How often the gate had closed when a batch went through it. */
export type Ticket = { readonly closings: number }

/** How many deliveries may go at once: one when it has failed a few times, and with each answer twice as many. */
function trialSize() {
  let size = Number.POSITIVE_INFINITY
  return {
    now: () => size,
    answered(): void {
      size = size * 2 >= WHOLE_SIZE ? Number.POSITIVE_INFINITY : size * 2
    },
    failed(failures: number): void {
      if (failures >= WHOLE_TRIES_MAX || size !== Number.POSITIVE_INFINITY) size = 1
    },
  }
}
