import { openStream, type StreamState } from './stream.ts'

export type LiveState = StreamState | 'paused'
export type Live<Row> = {
  readonly state: LiveState
  /** Newest first, at most `rows_max`. */
  readonly rows: readonly Row[]
  /** How many were not shown since the start: more came than a person could see. */
  readonly skipped: number
  /** How many came since it was paused; they are shown when it goes on. */
  readonly waiting: number
  /** The server follows from here on: what is older can be asked for without a gap. */
  readonly isBegun: boolean
}
export type LiveOptions<Row> = {
  readonly rows_max: number
  /** The rows of a message, oldest first, and how many the server left out; undefined for what is none. */
  readonly read: (data: unknown) => { readonly rows: readonly Row[]; readonly skipped?: number } | undefined
}

/**
 * Rows that arrive by themselves. Those of one frame are gathered and shown at once, so that hundreds a second cost a
 * page no more than sixty redraws; what would pass `rows_max` between two frames, or in a pause, is let go and counted.
 */
export function liveRows<Row>(address: string, { rows_max, read }: LiveOptions<Row>) {
  let now: Live<Row> = { state: 'connecting', rows: [], skipped: 0, waiting: 0, isBegun: false }
  let reached: StreamState = 'connecting'
  let isPaused = false
  const held = heldRows<Row>(rows_max)
  let frame: number | undefined
  let stop: (() => void) | undefined
  const listeners = new Set<() => void>()

  function show(change: Partial<Live<Row>>): void {
    now = { ...now, ...change }
    for (const listener of listeners) listener()
  }

  function flush(): void {
    if (frame !== undefined) cancelAnimationFrame(frame)
    frame = undefined
    const fresh = isPaused ? undefined : [...held.take(), ...now.rows].slice(0, rows_max)
    if (fresh === undefined) show({ waiting: held.waiting() })
    else show({ rows: fresh, skipped: held.skipped(), waiting: 0 })
  }

  function take(data: unknown): void {
    if (!now.isBegun) show({ isBegun: true })
    const found = read(data)
    if (found === undefined) return
    held.add(found.rows, found.skipped ?? 0)
    if (held.hasNew()) frame ??= requestAnimationFrame(flush)
  }

  function onState(state: StreamState): void {
    reached = state
    if (!isPaused) show({ state })
  }

  return {
    get: () => now,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open(): void {
      stop ??= openStream(address, take, onState)
    },
    close(): void {
      stop?.()
      stop = undefined
      if (frame !== undefined) cancelAnimationFrame(frame)
      frame = undefined
    },
    /** Shows nothing new until it is resumed, and counts what comes. */
    pause(): void {
      if (isPaused) return
      flush()
      isPaused = true
      show({ state: 'paused' })
    },
    resume(): void {
      if (!isPaused) return
      isPaused = false
      flush()
      show({ state: reached })
    },
    clear(): void {
      held.clear()
      show({ rows: [], skipped: 0, waiting: 0 })
    },
  }
}

/** What is not shown yet, at most `rows_max`, and how many there were. */
function heldRows<Row>(rows_max: number) {
  /** Oldest first. */
  let held: Row[] = []
  let waiting = 0
  let skipped = 0
  return {
    waiting: () => waiting,
    hasNew: () => waiting > 0,
    skipped: () => skipped,
    add(rows: readonly Row[], left: number): void {
      skipped += left
      waiting += rows.length + left
      held.push(...rows)
      if (held.length > rows_max) skipped += held.splice(0, held.length - rows_max).length
    },
    /** Newest first. */
    take(): readonly Row[] {
      const taken = held.reverse()
      held = []
      waiting = 0
      return taken
    },
    clear(): void {
      held = []
      waiting = 0
      skipped = 0
    },
  }
}
