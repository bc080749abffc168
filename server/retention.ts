import type { TrimPolicy } from './log/log.ts'

export type Retention = {
  readonly retention: { readonly age_ms_max: number; readonly bytes_max: number }
  /** 0: none. */
  readonly logBytesHard_max: number
  /** Below this much free space events are answered 503. */
  readonly diskFree_bytes_min: number
}
export type Space = { readonly log_bytes: number; readonly free_bytes: number; readonly now_ms: number }

/**
 * What may leave the log now. When the disk is short, what has been delivered goes before its time: the log shrinks by as
 * much as is missing to twice the space below which events are refused, so intake opens again by itself.
 */
export function trimPolicy(
  { retention, logBytesHard_max, diskFree_bytes_min }: Retention,
  { log_bytes, free_bytes, now_ms }: Space,
): Omit<TrimPolicy, 'keepFrom'> {
  const missing_bytes = Math.max(0, 2 * diskFree_bytes_min - free_bytes)
  const limits = [retention.bytes_max]
  if (logBytesHard_max > 0) limits.push(logBytesHard_max)
  if (missing_bytes > 0) limits.push(Math.max(0, log_bytes - missing_bytes))
  return { before_ms: now_ms - retention.age_ms_max, bytes_max: Math.min(...limits) }
}
