import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { JsonObject } from '../core/event.ts'
import type { AppOptions } from './app.ts'
import type { Configured } from './configured.ts'
import { type EngineData, isCluster } from './engines/engine-data.ts'
import type { Health } from './health.ts'
import type { TlsPair } from './http/tls.ts'
import { ingest } from './ingest/ingest.ts'
import { rememberedIds } from './ingest/remembered-ids.ts'
import type { EventLog } from './log/log.ts'
import type { Meters } from './meters.ts'
import type { pageDeps } from './page-deps.ts'
import { countedFindings } from './plan-findings.ts'
import { edgeLimits, publicSide } from './public-side.ts'

export type IngestSideDeps = {
  readonly engine: EngineData
  readonly options: AppOptions
  readonly configured: Pick<Configured, 'store' | 'live' | 'suppression'>
  readonly pages: ReturnType<typeof pageDeps>
  readonly log: EventLog
  readonly health: Health
  readonly meters: Meters
  readonly tls: TlsPair | undefined
  readonly onFault: (error: unknown) => void
}

/** Takes events: from everybody at the public port, where this process has it, and those that the pages send to try something. */
export async function ingestSide(deps: IngestSideDeps) {
  const { options, configured, pages, log, health, meters, tls, onFault } = deps
  const { config, version } = options
  const { sourceOf, redactionOf, judgeOf } = configured.live
  const findings = countedFindings(configured.store, options.logger)
  const onFindings: typeof findings.tell = (found, at_ms) => {
    meters.sources.found(found)
    findings.tell(found, at_ms)
  }
  const edge = edgeLimits(config)
  const dedupe = await rememberedIds(log, config.dedupe, {
    now_ms: Date.now(),
    isShared: isCluster(deps.engine),
  })
  const take = ingest({
    ...{ sourceOf, redactionOf, judgeOf, onFindings, limits: config.limits },
    isSuppressed: configured.suppression.isSuppressed,
    ...{ keyWait_ms: edge.keys.take, now_ms: Date.now, newMessageId: randomUUID },
    ...{ log: health.log, dedupe, unwell: health.unwell, traced: meters.traced },
  })
  const server: FastifyInstance | undefined = config.roles.has('ingest')
    ? publicSide({ config, version, edge, tls, take, pages, health, onFault, meters })
    : undefined
  return {
    edge,
    server,
    findings,
    take,
    /** A batch as a client would send it. */
    async takeBatch(writeKey: string, batch: readonly JsonObject[]): Promise<void> {
      await take({
        type: undefined,
        authorization: `Basic ${btoa(`${writeKey}:`)}`,
        contentEncoding: undefined,
        isStrict: true,
        body: new TextEncoder().encode(JSON.stringify({ batch })),
      })
    },
  }
}
export type IngestSide = Awaited<ReturnType<typeof ingestSide>>
