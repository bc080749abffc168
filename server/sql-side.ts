import { setTimeout as waitFor } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Configuration } from '../core/configuration.ts'
import { AppError } from '../core/errors.ts'
import type { SqlRun } from '../core/sql/run.ts'
import { isSqlKind } from '../core/sql/settings.ts'
import type { SqlAdmin } from './admin/sql-routes.ts'
import type { IngestLimits, IngestRequest, Reply } from './ingest/ingest.ts'
import { type Allowed, addressRule } from './net/address-rule.ts'
import { previewRows, testConnection } from './sql/preview.ts'
import type { SqlSource, TakeCalls, TakenCall } from './sql/read-run.ts'
import { type FailingSource, sqlRuns } from './sql/runs.ts'
import type { Store } from './store/store.ts'

export type SqlSideDeps = {
  readonly store: Store
  readonly config: { readonly allowPrivate: Allowed; readonly limits: IngestLimits }
  readonly take: (request: IngestRequest) => Promise<Reply>
  readonly logger: Logger
  /** Whether this process reads what is due: of several that could, one does. */
  readonly leads: () => boolean
  /** Told of each run that has ended. */
  readonly onRun: (sourceId: string, run: SqlRun) => void
}
export type SqlSide = {
  readonly admin: SqlAdmin
  readonly failing: () => Promise<readonly FailingSource[]>
  readonly follow: (configuration: Configuration) => void
  /** What was said about rows may have been of a person who is deleted now. */
  readonly forgetTexts: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Reads the databases that are sources, into ingest as a client would. */
export function sqlSide({ store, config, take, logger, leads, onRun }: SqlSideDeps): SqlSide {
  const rule = addressRule(config.allowPrivate)
  const runs = sqlRuns({
    rule,
    take: takeCalls(take, config.limits),
    kept: store.kept,
    keep: store.keep,
    leads,
    onRun,
    now_ms: Date.now,
    onTrouble: (source, error) => logger.warn({ source, err: error }, 'A database could not be read'),
  })
  return {
    admin: {
      ...runs,
      test: (source) => testConnection({ ...source, rule }),
      async preview(source) {
        const { place, cursor } = await runs.stateOf(source.id)
        const from = {
          ...(cursor === undefined ? {} : { cursor }),
          ...(place.lastSync_ms === undefined ? {} : { lastSync_ms: place.lastSync_ms }),
        }
        const next = await previewRows({ ...source, rule, from })
        const known = next.rows.length === 0 && cursor !== undefined
        return { known, ...(known ? await previewRows({ ...source, rule, from: {} }) : next) }
      },
    },
    failing: runs.failing,
    follow(configuration) {
      const onFailed = (error: unknown) => logger.error({ err: error }, 'Databases cannot be followed')
      runs.follow(readableSources(configuration)).catch(onFailed)
    },
    forgetTexts: runs.forgetTexts,
    stop: runs.stop,
  }
}

function readableSources({ sources }: Configuration): readonly SqlSource[] {
  return sources.flatMap(({ id, kind, writeKey, sql }) =>
    isSqlKind(kind) && sql !== undefined ? [{ id, kind, writeKey, settings: sql }] : [],
  )
}

/** A batch leaves room for what stands around its calls. */
const BATCH_SHARE = 0.9
const encoder = new TextEncoder()

/** Hands calls over in batches that ingest takes, one after the other, so that a person's events stay in order. */
function takeCalls(take: SqlSideDeps['take'], limits: IngestLimits): TakeCalls {
  return async (writeKey, calls, signal) => {
    const results: TakenCall[] = []
    let batch: string[] = []
    let bytes = 0
    const flush = async () => {
      if (batch.length > 0) results.push(...(await takeBatch(take, writeKey, batch, signal)))
      batch = []
      bytes = 0
    }
    for (const call of calls) {
      const text = JSON.stringify(call)
      const size = encoder.encode(text).length
      if (size > limits.event_bytes_max) {
        await flush()
        results.push(tooLarge(size, limits.event_bytes_max))
        continue
      }
      const isFull = batch.length >= limits.events_max || bytes + size > limits.body_bytes_max * BATCH_SHARE
      if (isFull) await flush()
      batch.push(text)
      bytes += size + 1
    }
    await flush()
    return results
  }
}

function tooLarge(bytes: number, bytes_max: number): TakenCall {
  const reason = `The call is of ${bytes} bytes: the limit is ${bytes_max}.`
  return { status: 'refused', code: 'EVENT_TOO_LARGE', reason }
}

async function takeBatch(
  take: SqlSideDeps['take'],
  writeKey: string,
  batch: readonly string[],
  signal: AbortSignal,
): Promise<readonly TakenCall[]> {
  const request: IngestRequest = {
    type: undefined,
    authorization: `Basic ${btoa(`${writeKey}:`)}`,
    contentEncoding: undefined,
    isStrict: true,
    wantsResults: true,
    body: encoder.encode(`{"batch":[${batch.join(',')}]}`),
  }
  for (;;) {
    signal.throwIfAborted()
    try {
      const { json } = await take(request)
      return (json as { results: readonly TakenCall[] }).results
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'RATE_LIMITED') throw error
      // The limit of the write key: the database waits as any client would.
      await waitFor(Number(error.details['retryAfter_s'] ?? 1) * 1_000, undefined, { signal })
    }
  }
}
