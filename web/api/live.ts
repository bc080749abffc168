import { openStream, type StreamState } from './stream.ts'

export type LiveState = StreamState | 'paused'
export type Live<Row> = {
  readonly state: LiveState
  /** Newest first, at most `rows_max`. */
  readonly rows: readonly Row[]
  /** How many were not shown since the start: more came than a person could see. */
  readonly skipped: number
}
export type LiveOptions<Row> = {
  readonly rows_max: number
  /** The rows of a message, oldest first, and how many the server left out; undefined for what is none. */
  readonly read: (data: unknown) => { readonly rows: readonly Row[]; readonly skipped?: number } | undefined
}

/**
 * Rows that arrive by themselves. Those of one frame are gathered and shown at once, so that hundreds a second cost a
 * page no more than sixty redraws; what would pass `rows_max` between two frames is let go and counted.
 */
export function liveRows<Row>(address: string, { rows_max, read }: LiveOptions<Row>) {
  let now: Live<Row> = { state: 'connecting', rows: [], skipped: 0 }
  let waiting: Row[] = []
  let skipped = 0
  let frame: number | undefined
  let stop: (() => void) | undefined
  const listeners = new Set<() => void>()

  function show(change: Partial<Live<Row>>): void {
    now = { ...now, ...change }
    for (const listener of listeners) listener()
  }

  function flush(): void {
    frame = undefined
    const rows = [...waiting.reverse(), ...now.rows].slice(0, rows_max)
    waiting = []
    show({ rows, skipped })
  }

  function take(data: unknown): void {
    const found = read(data)
    if (found === undefined) return
    skipped += found.skipped ?? 0
    waiting.push(...found.rows)
    if (waiting.length > rows_max) skipped += waiting.splice(0, waiting.length - rows_max).length
    if (waiting.length > 0 || found.skipped) frame ??= requestAnimationFrame(flush)
  }

  function open(): void {
    stop ??= openStream(address, take, (state) => show({ state }))
  }

  function close(): void {
    stop?.()
    stop = undefined
    if (frame !== undefined) cancelAnimationFrame(frame)
    frame = undefined
  }

  return {
    get: () => now,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open,
    close,
    /** Lets nothing in until it is resumed; what comes meanwhile is not kept. */
    pause() {
      close()
      if (waiting.length > 0) flush()
      show({ state: 'paused' })
    },
    resume() {
      show({ state: 'connecting' })
      open()
    },
    clear() {
      skipped = 0
      show({ rows: [], skipped: 0 })
    },
  }
}
