import { AppError } from '../../core/errors.ts'

/** What is over its limit, and in how many whole seconds it may come again. */
export function rateLimited(what: 'write key' | 'address', wait_ms: number, source?: string): AppError {
  const retryAfter_s = Math.max(1, Math.ceil(wait_ms / 1_000))
  return new AppError('RATE_LIMITED', {
    limit: what,
    retryAfter_s,
    ...(source === undefined ? {} : { source }),
  })
}
