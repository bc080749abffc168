import { setTimeout as wait } from 'node:timers/promises'

/** A longer wait would overflow Node's timers and end at once. */
const WAIT_MS_MAX = 2 ** 31 - 1

/** Waits for so long, or until the signal fires: then it gives false. */
export async function sleepUntil(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(Math.min(ms, WAIT_MS_MAX), undefined, { signal })
    return true
  } catch {
    return false
  }
}
