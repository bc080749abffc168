import { AppError } from '../../core/errors.ts'
import type { CallType, JsonObject } from '../../core/event.ts'
import type { Shared } from '../../core/parse-event.ts'

/**
 * The calls of a body, and what a batch says for all of them: `{batch: […], context?, integrations?, sentAt?}`.
 *
 * @throws {AppError} BATCH_INVALID, BATCH_TOO_LONG.
 */
export function readCalls(
  body: unknown,
  type: CallType | undefined,
  events_max: number,
): { readonly calls: readonly unknown[]; readonly shared: Shared } {
  if (type !== undefined) return { calls: [body], shared: {} }
  if (!isObject(body)) throw new AppError('BATCH_INVALID', { problem: 'the body is not an object' })
  const { batch, context, integrations, sentAt } = body
  if (!Array.isArray(batch)) throw new AppError('BATCH_INVALID', { problem: '"batch" is not a list' })
  if (batch.length > events_max)
    throw new AppError('BATCH_TOO_LONG', { count: batch.length, count_max: events_max })
  return {
    calls: batch,
    shared: {
      ...(isObject(context) ? { context } : {}),
      ...(isObject(integrations) ? { integrations } : {}),
      sentAt,
    },
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
