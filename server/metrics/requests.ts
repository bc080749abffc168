import type { FastifyInstance } from 'fastify'
import type { Durations } from './histogram.ts'

/** As many routes and statuses as there are, and one for what no route answers. */
const NO_ROUTE = 'none'

export type RequestCount = { readonly route: string; readonly status: number; readonly count: number }

/** Counts the requests of a port by route and status, once each is answered; the durations of some routes are observed. */
export function requestCounts() {
  const byRoute = new Map<string, Map<number, number>>()
  return {
    /** To be called before the server's routes are added. */
    watch(
      server: FastifyInstance,
      observe?: { readonly routes: ReadonlySet<string>; readonly in: Durations },
    ): void {
      server.addHook('onResponse', (request, reply, done) => {
        const route = request.routeOptions.url ?? NO_ROUTE
        const statuses = byRoute.get(route) ?? new Map<number, number>()
        if (statuses.size === 0) byRoute.set(route, statuses)
        statuses.set(reply.statusCode, 1 + (statuses.get(reply.statusCode) ?? 0))
        if (observe?.routes.has(route)) observe.in.observe(reply.elapsedTime / 1_000)
        done()
      })
    },
    read: (): readonly RequestCount[] =>
      [...byRoute].flatMap(([route, statuses]) =>
        [...statuses].map(([status, count]) => ({ route, status, count })),
      ),
  }
}
