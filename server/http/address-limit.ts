import type { FastifyInstance } from 'fastify'
import { rateLimited } from '../ingest/rate-limited.ts'
import { isThisMachine, senderKey } from './client-address.ts'
import type { RateLimiter } from './rate-limit.ts'

/**
 * Refuses requests from an address that sends too many, before anything of them is read: `X-Forwarded-For` names the
 * address where a proxy is trusted. This machine is not limited: what comes from it is a proxy that nobody told us of, or
 * the operator.
 *
 * @throws {AppError} RATE_LIMITED, while a request is answered
 */
export function limitAddresses(server: FastifyInstance, limiter: RateLimiter): void {
  server.addHook('onRequest', async ({ ip }) => {
    const key = senderKey(ip)
    if (isThisMachine(key)) return
    const wait_ms = limiter.take(key)
    if (wait_ms > 0) throw rateLimited('address', wait_ms)
  })
}
