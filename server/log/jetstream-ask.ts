import type { NatsConnection } from '@nats-io/transport-node'
import { AppError } from '../../core/errors.ts'

/**
 * A question can get lost with a server that ends, or come to one that does not lead yet and says nothing: it is asked again after
 * this, then after twice that. The earlier ones still count: whichever answer comes first is taken.
 */
const ASK_AGAIN_MS = 500
const ASK_AGAIN_MS_MAX = 2_000
/** Nobody was there to answer: some server will be soon. */
const NOBODY_MS = 100

/**
 * Asks again and again while there is time. Nothing that is asked here is worse for being done twice.
 *
 * @param ask Rejects when it got no answer that says something.
 * @throws {AppError} LOG_UNAVAILABLE
 */
export function askUntilAnswered<Answer>(
  nc: NatsConnection,
  within_ms: number,
  ask: (within_ms: number) => Promise<Answer>,
): Promise<Answer> {
  const end_ms = performance.now() + within_ms
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    let isOver = false
    let problem: unknown
    function end(finish: () => void): void {
      isOver = true
      clearTimeout(timer)
      finish()
    }
    function again(patience_ms: number): void {
      const left_ms = end_ms - performance.now()
      if (nc.isClosed() || left_ms <= 0) {
        end(() => reject(new AppError('LOG_UNAVAILABLE', {}, { cause: problem ?? new Error('no answer') })))
        return
      }
      const next = () => again(Math.min(2 * patience_ms, ASK_AGAIN_MS_MAX))
      timer = setTimeout(next, Math.min(patience_ms, left_ms))
      ask(left_ms).then(
        (answer) => isOver || end(() => resolve(answer)),
        (cause) => {
          problem = cause
          if (isOver) return
          clearTimeout(timer)
          timer = setTimeout(next, Math.min(NOBODY_MS, Math.max(0, end_ms - performance.now())))
        },
      )
    }
    again(ASK_AGAIN_MS)
  })
}

export async function unavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new AppError('LOG_UNAVAILABLE', {}, { cause })
  }
}
