import type { ErrorCode } from '../core/errors.ts'
import type { Check, Readiness } from './http/health-routes.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { EventLog } from './log/log.ts'
import { EVERY_ROLE, type Role, type Roles } from './roles.ts'

const DISK_CHECK_EVERY_MS = 5_000
const BYTES_PER_MIB = 1_048_576
const STORE_UNREADABLE = 'The configuration cannot be read: store.db of the data folder.'
const LEDGER_UNREADABLE = 'The ledger or the log cannot be read: ledger.db and log.db of the data folder.'

export type HealthDeps = {
  readonly log: EventLog
  readonly ledger: Ledger
  readonly free_bytes: () => Promise<number>
  readonly diskFree_bytes_min: number
  readonly isDelivering: () => boolean
  /** What this process does; all of it, when left out. */
  readonly roles?: Roles
  /** The configuration, where it is asked for its newest change; left out, it is not looked at. */
  readonly store?: { readonly changes: (filter: object, count_max: number) => Promise<unknown> }
  /** What tells configurations apart; undefined while it changes. Left out: nothing does. */
  readonly configuration?: () => string | undefined
  /** What a person should know and events can do without; by name. */
  readonly notes?: () => Readonly<Record<string, Check>>
}

export type Health = ReturnType<typeof watchHealth>

/** Watches what ingest and `/readyz` need to know: the disk, the log, the readers, and how far they are behind. */
export function watchHealth(deps: HealthDeps) {
  const { log, ledger, free_bytes, diskFree_bytes_min, isDelivering, store, notes } = deps
  const { roles = EVERY_ROLE } = deps
  let free = Number.POSITIVE_INFINITY
  let stage: 'running' | 'leaving' | 'stopping' = 'running'
  let logFailed = false
  let isStoreReadable = true

  async function checkDisk(): Promise<void> {
    free = await free_bytes().catch(() => 0)
    isStoreReadable = await works(store?.changes({}, 1))
  }
  const timer = setInterval(checkDisk, DISK_CHECK_EVERY_MS).unref()

  return {
    /** The log as ingest uses it, watched: one failed append makes the server unready until one succeeds. */
    log: {
      ...log,
      async append(entries) {
        try {
          const addresses = await log.append(entries)
          logFailed = false
          return addresses
        } catch (error) {
          logFailed = true
          throw error
        }
      },
    } satisfies EventLog,
    checkDisk,
    free_bytes: () => free,
    unwell(): ErrorCode | undefined {
      if (stage === 'stopping') return 'SHUTTING_DOWN'
      return free < diskFree_bytes_min ? 'DISK_NEARLY_FULL' : undefined
    },
    async readiness(): Promise<Readiness> {
      const lag = readsLog(roles) ? await lag_ms(log, ledger).catch(() => undefined) : {}
      const all = {
        log: check(!logFailed, 'Events can be written.', 'The last write to the log failed.'),
        disk: diskCheck(free, diskFree_bytes_min),
        store: check(isStoreReadable, 'The configuration can be read.', STORE_UNREADABLE),
        ledger: check(lag !== undefined, 'The ledger and the log can be read.', LEDGER_UNREADABLE),
        delivery: check(
          isDelivering(),
          'The readers of the log run.',
          'The readers of the log are starting again.',
        ),
        stopping: check(stage === 'running', 'The server is not stopping.', 'The server is stopping.'),
      }
      const checks = Object.fromEntries(Object.entries(all).filter(([name]) => concerns(roles, name)))
      const reasons = Object.values(checks).flatMap(({ ok, text }) => (ok ? [] : [text]))
      const ready = reasons.length === 0
      const configuration = deps.configuration?.()
      return {
        ...{ ready, reasons, checks: { ...checks, ...notes?.() }, lag_ms: lag ?? {} },
        ...(configuration === undefined ? {} : { configuration }),
      }
    },
    /** From now on it is not ready, so that load balancers leave; what comes all the same is taken. */
    leave(): void {
      if (stage === 'running') stage = 'leaving'
    },
    stop(): void {
      stage = 'stopping'
      clearInterval(timer)
    },
  }
}

/** Whose work cannot be done without it: what others need does not make a process unready. */
const NEEDED_BY: Readonly<Record<string, readonly Role[]>> = {
  log: ['ingest'],
  disk: ['ingest', 'admin'],
  ledger: ['delivery', 'indexer', 'admin'],
  delivery: ['delivery', 'indexer', 'admin'],
}
function concerns(roles: Roles, name: string): boolean {
  return NEEDED_BY[name]?.some((role) => roles.has(role)) ?? true
}

/** Whoever only takes events reads nothing. */
export function readsLog(roles: Roles): boolean {
  return roles.has('delivery') || roles.has('indexer') || roles.has('admin')
}

/** The age of the oldest event that each reader has not done. */
async function lag_ms(log: EventLog, ledger: Ledger): Promise<Record<string, number>> {
  const lag: Record<string, number> = {}
  // Readers that keep up stand at the same places: a log on other machines is asked once for each.
  const known = new Map<string, Promise<number | undefined>>()
  for (const { readerId, lane, cursor } of await ledger.cursors()) {
    const place = `${lane} ${cursor.chunk} ${cursor.index}`
    const asked = known.get(place) ?? log.oldestFrom(lane, cursor)
    known.set(place, asked)
    const oldest_ms = await asked
    lag[readerId] = Math.max(lag[readerId] ?? 0, oldest_ms === undefined ? 0 : Date.now() - oldest_ms)
  }
  return lag
}

async function works(answer: Promise<unknown> | undefined): Promise<boolean> {
  return Promise.resolve(answer).then(
    () => true,
    () => false,
  )
}

function check(ok: boolean, well: string, unwell: string): Check {
  return { ok, text: ok ? well : unwell }
}

function diskCheck(free_bytes: number, bytes_min: number): Check {
  const [free, needed] = [free_bytes, bytes_min].map((bytes) => Math.floor(bytes / BYTES_PER_MIB))
  return { ok: free_bytes >= bytes_min, text: `${free} MiB free; at least ${needed} are needed.` }
}
