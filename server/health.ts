import type { ErrorCode } from '../core/errors.ts'
import type { Readiness } from './http/health-routes.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { EventLog } from './log/log.ts'

const DISK_CHECK_EVERY_MS = 5_000

export type HealthDeps = {
  readonly log: EventLog
  readonly ledger: Ledger
  readonly free_bytes: () => Promise<number>
  readonly diskFree_bytes_min: number
  readonly isDelivering: () => boolean
}

/** Watches what ingest and `/readyz` need to know: the disk, the log, the readers, and how far they are behind. */
export function watchHealth({ log, ledger, free_bytes, diskFree_bytes_min, isDelivering }: HealthDeps) {
  let free = Number.POSITIVE_INFINITY
  let isStopping = false
  let logFailed = false

  async function checkDisk(): Promise<void> {
    free = await free_bytes().catch(() => 0)
  }
  const timer = setInterval(checkDisk, DISK_CHECK_EVERY_MS).unref()

  /** The age of the oldest event that each reader has not done. */
  async function lag_ms(): Promise<Record<string, number>> {
    const lag: Record<string, number> = {}
    for (const { readerId, lane, cursor } of await ledger.cursors()) {
      const [oldest] = await log.read(lane, cursor, { count_max: 1, bytes_max: 1 })
      const isPending = oldest !== undefined && (oldest.chunk > cursor.chunk || oldest.count > cursor.index)
      lag[readerId] = Math.max(lag[readerId] ?? 0, isPending ? Date.now() - oldest.at_ms : 0)
    }
    return lag
  }

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
    unwell(): ErrorCode | undefined {
      if (isStopping) return 'SHUTTING_DOWN'
      return free < diskFree_bytes_min ? 'DISK_NEARLY_FULL' : undefined
    },
    async readiness(): Promise<Readiness> {
      const isRoomy = free >= diskFree_bytes_min
      const mib = Math.floor(free / 1_048_576)
      return {
        ready: isRoomy && !logFailed && !isStopping && isDelivering(),
        checks: {
          log: {
            ok: !logFailed,
            text: logFailed ? 'The last write to the log failed.' : 'Events can be written.',
          },
          disk: {
            ok: isRoomy,
            text: `${mib} MiB free; at least ${diskFree_bytes_min / 1_048_576} are needed.`,
          },
          delivery: {
            ok: isDelivering(),
            text: isDelivering()
              ? 'The readers of the log run.'
              : 'The readers of the log are starting again.',
          },
          stopping: {
            ok: !isStopping,
            text: isStopping ? 'The server is stopping.' : 'The server is not stopping.',
          },
        },
        lag_ms: await lag_ms(),
      }
    },
    stop(): void {
      isStopping = true
      clearInterval(timer)
    },
  }
}
