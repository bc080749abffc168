import type { FastifyInstance } from 'fastify'

/** One thing that must be well before events can be taken, or that a person should know: then it may be unwell in a server that is ready. */
export type Check = { readonly ok: boolean; readonly text: string }
export type Readiness = {
  readonly ready: boolean
  /** Why it is not ready: the texts of the checks that keep it from that. */
  readonly reasons: readonly string[]
  readonly checks: Readonly<Record<string, Check>>
  /** Of each instance: the age of the oldest event that waits for it. Lag alone does not make the server unready. */
  readonly lag_ms: Readonly<Record<string, number>>
  /** Processes of an installation that say the same run the same configuration. Left out while it changes. */
  readonly configuration?: string
}

/** `/healthz` says that the process runs; `/readyz` whether it takes events now, and why not. */
export function healthRoutes(
  server: FastifyInstance,
  version: string,
  readiness: () => Promise<Readiness>,
): void {
  server.get('/healthz', async () => ({ status: 'ok', version }))
  server.get('/readyz', async (_request, reply) => {
    const state = await readiness()
    return reply.code(state.ready ? 200 : 503).send(state)
  })
}
