import type { FastifyInstance } from 'fastify'
import type { Health } from './health.ts'
import { healthRoutes } from './http/health-routes.ts'
import { httpListener } from './http/listener.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { MetricsSide } from './metrics-side.ts'

/** Nobody has anything to send. */
const BODY_BYTES_MAX = 1_024

export type HealthSideDeps = {
  readonly version: string
  readonly health: Pick<Health, 'readiness'>
  readonly metrics: Pick<MetricsSide, 'mount'>
  readonly onFault: (error: unknown) => void
}

/**
 * The port of a process without the admin side, for those that watch over it. It knows no people: whoever reaches it reads
 * the metrics.
 */
export function healthSide({ version, health, metrics, onFault }: HealthSideDeps): FastifyInstance {
  const headers = securityHeaders('closed', false)
  const server = httpListener({ body_bytes_max: BODY_BYTES_MAX, onFault, headers })
  healthRoutes(server, version, health.readiness)
  metrics.mount(server)
  return server
}
