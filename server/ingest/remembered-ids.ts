import type { EventLog } from '../log/log.ts'
import { type DedupeOptions, type DedupeWindow, dedupeWindow } from './dedupe.ts'

/** The de-duplication window as it was before the restart: the log has the fingerprints. */
export async function rememberedIds(
  log: EventLog,
  options: DedupeOptions,
  now_ms: number,
): Promise<DedupeWindow> {
  const window = dedupeWindow(options)
  const chunks = await log.fingerprints(now_ms - options.window_ms, options.ids_max)
  for (const { at_ms, halves } of chunks) window.remember(halves, at_ms)
  return window
}
