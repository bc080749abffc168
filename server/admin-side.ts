import { setTimeout as waitFor } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Configuration } from '../core/configuration.ts'
import { catalogue } from '../destinations/index.ts'
import { type AlertRouteDeps, alertRoutes } from './admin/alert-routes.ts'
import { catalogueRoutes } from './admin/catalogue-routes.ts'
import { changeRoutes } from './admin/change-routes.ts'
import { configurationFileRoutes } from './admin/configuration-file-routes.ts'
import { configurator } from './admin/configurator.ts'
import { destinationRoutes } from './admin/destination-routes.ts'
import { explainRoutes } from './admin/explain-routes.ts'
import { historyRoutes } from './admin/history-routes.ts'
import { liveRoutes } from './admin/live-routes.ts'
import { lookupRoutes } from './admin/lookup-routes.ts'
import { type Persons, personRoutes } from './admin/person-routes.ts'
import { type PlanFindingRouteDeps, planFindingRoutes } from './admin/plan-finding-routes.ts'
import { redactionRoutes } from './admin/redaction-routes.ts'
import { replayRoutes } from './admin/replay-routes.ts'
import { adminRouter } from './admin/router.ts'
import { sampleRoutes, type TakeBatch } from './admin/sample-routes.ts'
import { snippetRoutes } from './admin/snippet-routes.ts'
import { sourceRoutes } from './admin/source-routes.ts'
import { type SqlAdmin, sqlRoutes } from './admin/sql-routes.ts'
import { type StatusDeps, statusRoutes } from './admin/status-routes.ts'
import { testRoutes } from './admin/test-routes.ts'
import { trackingPlanRoutes } from './admin/tracking-plan-routes.ts'
import { transformRoutes } from './admin/transform-routes.ts'
import { trialRoutes } from './admin/trial-routes.ts'
import { type AdminListenerOptions, adminListener } from './admin-listener.ts'
import type { AuditSide } from './audit-side.ts'
import { httpSender } from './delivery/send.ts'
import type { FormerSecrets } from './former-secrets.ts'
import { healthRoutes, type Readiness } from './http/health-routes.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { LogReader } from './log/log.ts'
import { explaining } from './lookup/explained.ts'
import type { Lookups } from './lookup/lookups.ts'
import { documentsIn } from './mcp/documents.ts'
import { mcpRoutes } from './mcp/mcp-routes.ts'
import type { MetricsSide } from './metrics-side.ts'
import { addressProblem } from './net/address-problem.ts'
import { type Allowed, addressRule } from './net/address-rule.ts'
import type { PageDeps } from './pages/page-routes.ts'
import type { PeopleSide } from './people-side.ts'
import type { Store } from './store/store.ts'
import { judgeOfRules } from './tracking-plans/source-judges.ts'
import { transformChecks } from './transform/checks.ts'
import { MARKDOWN_FOLDER } from './web-folder.ts'

export type AdminSideDeps = Omit<StatusDeps, 'log' | 'limits'> & {
  readonly limits: StatusDeps['limits'] & { readonly allowPrivate: Allowed }
  readonly store: Store
  readonly ledger: Ledger
  readonly former: Pick<FormerSecrets, 'of'>
  readonly log: LogReader
  readonly lookups: Lookups
  readonly people: Pick<PeopleSide, 'access' | 'mount'>
  readonly records: Pick<AuditSide, 'auditing' | 'mount'>
  readonly alerts: Pick<AlertRouteDeps, 'canMail' | 'state' | 'send'>
  readonly pages: Pick<PageDeps, 'ownPaths'>
  readonly planFindings: PlanFindingRouteDeps['findings']
  /** A person changed the configuration: ingest, pages and readers follow. */
  readonly onChange: (configuration: Configuration) => void
  readonly take: TakeBatch
  readonly persons: Persons
  readonly sql: SqlAdmin
  /** Of this installation, for redaction rules that hash. */
  readonly salt: string
  /** A replay was begun, stopped or resumed: the readers look at it. */
  readonly onReplay: () => void
  readonly listener: AdminListenerOptions
  readonly health: { readonly readiness: () => Promise<Readiness> }
  readonly metrics: Pick<MetricsSide, 'mount' | 'work'>
  /** Adds what only development has, such as the sandbox. */
  readonly extend: ((admin: FastifyInstance) => Promise<void>) | undefined
}

/** Until the signal fires at most. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await waitFor(ms, undefined, { signal }).catch(() => {})
}

/** What people on this machine may reach: the admin API, and the pages. */
export async function adminSide(deps: AdminSideDeps) {
  const { store, ledger, log, lookups, pages, host, limits, take, onChange, onReplay, extend } = deps
  const server = adminListener(deps.listener)
  const rule = addressRule(limits.allowPrivate)
  const tester = httpSender({ connections: 1, rule })
  const reach = { addressProblem: (url: string) => addressProblem(rule, url) }
  const checks = { transformChecks: transformChecks() }
  const configure = configurator({ ...{ store, catalogue, onChange }, ...reach, ...checks, now_ms: Date.now })
  const explain = explaining(
    { catalogue, salt: deps.salt, clock_ms: () => performance.now() },
    lookups.explained,
  )
  const router = adminRouter(server, deps.people.access, deps.records.auditing)
  deps.people.mount(router, server)
  deps.records.mount(router)
  healthRoutes(server, deps.version, deps.health.readiness)
  deps.metrics.mount(server, deps.people.access)
  const agents = { access: deps.people.access, version: deps.version, onFault: deps.listener.onFault }
  mcpRoutes(server, { ...agents, documents: documentsIn(MARKDOWN_FOLDER) })
  statusRoutes(router, deps)
  catalogueRoutes(router, catalogue)
  sourceRoutes(router, { store, ledger, configurator: configure, forget: deps.sql.forget })
  sqlRoutes(router, { store, sql: deps.sql })
  destinationRoutes(router, { store, ledger, catalogue, configurator: configure, ...reach, ...checks })
  configurationFileRoutes(router, { ...deps, catalogue, explain, configurator: configure, ...reach })
  changeRoutes(router, { store, configurator: configure })
  alertRoutes(router, { ...deps.alerts, store, configurator: configure })
  historyRoutes(router, { ledger, log })
  replayRoutes(router, { ...deps, catalogue, explain, now_ms: Date.now, onChange: onReplay })
  personRoutes(router, { store, persons: deps.persons, catalogue, now_ms: Date.now })
  lookupRoutes(router, { store, ledger, catalogue, lookups, giveUpAfter_ms: limits.giveUpAfter_ms })
  const live = liveRoutes(router, { log, lookups, clock_ms: () => performance.now(), wait })
  explainRoutes(router, { store, log, catalogue, explain })
  trialRoutes(router, { store, log, catalogue, explain, transformTrial: lookups.transformTrial })
  transformRoutes(router, { log, transformTrial: lookups.transformTrial })
  redactionRoutes(router, { store, log, salt: deps.salt })
  trackingPlanRoutes(router, { store, lookups, configurator: configure })
  planFindingRoutes(router, {
    ...{ store, log, now_ms: Date.now, findings: deps.planFindings, judgeOf: judgeOfRules },
  })
  snippetRoutes(router, { store, host, ownPaths: pages.ownPaths })
  sampleRoutes(router, { store, take, now_ms: Date.now })
  testRoutes(router, { store, catalogue, former: deps.former, send: tester.send })
  await extend?.(server)
  return {
    server,
    async stop(): Promise<void> {
      live.stop()
      await server.close()
      await tester.close()
    },
  }
}
