import type { EventLog } from '../log/log.ts'
import { type DedupeOptions, type DedupeWindow, dedupeWindow } from './dedupe.ts'

/**
 * The newest that a process reads of a log of several, at its start: what is sent again is nearly always sent again within seconds. Its
 * window would have gaps anyway, as others take events too; the readers of a lane find all copies.
 */
const RECENT_IDS_MAX = 2_000

/** The de-duplication window as it was before the restart: the log has the fingerprints. `isShared`: other processes take events too. */
export async function rememberedIds(
  log: EventLog,
  options: DedupeOptions,
  { now_ms, isShared = false }: { readonly now_ms: number; readonly isShared?: boolean },
): Promise<DedupeWindow> {
  const window = dedupeWindow(options)
  const count_max = isShared ? Math.min(RECENT_IDS_MAX, options.ids_max) : options.ids_max
  const chunks = await log.fingerprints(now_ms - options.window_ms, count_max)
  for (const { at_ms, halves } of chunks) window.remember(halves, at_ms)
  return window
}
