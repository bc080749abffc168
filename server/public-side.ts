import { performance } from 'node:perf_hooks'
import type { ServerConfig } from './config.ts'
import { limitAddresses } from './http/address-limit.ts'
import { allowEveryOrigin } from './http/cors.ts'
import { healthRoutes } from './http/health-routes.ts'
import { ingestAddresses, ingestRoutes } from './http/ingest-routes.ts'
import { httpListener } from './http/listener.ts'
import { rateLimiter } from './http/rate-limit.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { TlsPair } from './http/tls.ts'
import { turnedAwayCounts } from './http/turned-away.ts'
import type { Meters } from './meters.ts'
import { eventFolders } from './page-deps.ts'
import { pageRoutes } from './pages/page-routes.ts'

/** A client that was away sends what it has kept: so many seconds' worth at once. */
const BURST_S = 5
/** About 100 bytes each. */
const SENDERS_MAX = 100_000

/** How often each write key and each address may send, and how many were turned away. */
export function edgeLimits({ rates }: Pick<ServerConfig, 'rates'>) {
  // It never jumps, whatever is done to the machine's clock.
  const now_ms = () => performance.now()
  const limiter = (perSecond: number) =>
    rateLimiter({ perSecond, burst: perSecond * BURST_S, keys_max: SENDERS_MAX, now_ms })
  return {
    keys: limiter(rates.key_perSecond),
    addresses: limiter(rates.address_perSecond),
    turnedAway: turnedAwayCounts(),
  }
}
export type EdgeLimits = ReturnType<typeof edgeLimits>

export type PublicSideDeps = {
  readonly config: ServerConfig
  readonly version: string
  readonly edge: EdgeLimits
  readonly tls: TlsPair | undefined
  readonly take: Parameters<typeof ingestRoutes>[1]
  readonly pages: Parameters<typeof pageRoutes>[1]
  readonly health: { readonly readiness: Parameters<typeof healthRoutes>[2] }
  readonly onFault: (error: unknown) => void
  readonly meters: Pick<Meters, 'events' | 'ingest'>
}

/** What everybody may reach: clients, pages and those that watch over the server. */
export function publicSide(deps: PublicSideDeps) {
  const { config, version, edge, tls, take, pages, health, onFault, meters } = deps
  const { limits, trustProxy, connections } = config
  const server = httpListener({
    ...{ body_bytes_max: limits.body_bytes_max, trustProxy, onFault, tls },
    // Behind a proxy all connections are its own.
    connections: { ...connections, address_max: trustProxy === false ? connections.address_max : undefined },
    headers: securityHeaders('open', tls !== undefined),
    onRefused: edge.turnedAway.count,
    onConnectionClosed: () =>
      edge.turnedAway.count({ code: 'TOO_MANY_CONNECTIONS', status: 429, details: {} }),
  })
  const folders = eventFolders(config)
  meters.events.watch(server, { routes: new Set(folders.flatMap(ingestAddresses)), in: meters.ingest })
  allowEveryOrigin(server)
  limitAddresses(server, edge.addresses)
  healthRoutes(server, version, health.readiness)
  ingestRoutes(server, take, folders)
  pageRoutes(server, pages)
  return server
}
