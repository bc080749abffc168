/** Between two tries to reach a stream again: doubled each time, from the first to the last. */
const RETRY_FIRST_MS = 500
const RETRY_LAST_MS = 15_000

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'paused'
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
  readonly read: (
    type: string,
    data: unknown,
  ) => { readonly rows: readonly Row[]; readonly skipped?: number } | undefined
  /** The names of the messages to listen for, besides those without a name. */
  readonly types?: readonly string[]
}

/**
 * Rows that arrive by themselves. Those of one frame are gathered and shown at once, so that hundreds a second cost a
 * page no more than sixty redraws; what would pass `rows_max` between two frames is let go and counted.
 */
export function liveRows<Row>(address: string, { rows_max, read, types = [] }: LiveOptions<Row>) {
  let now: Live<Row> = { state: 'connecting', rows: [], skipped: 0 }
  let waiting: Row[] = []
  let skipped = 0
  let frame: number | undefined
  let stream: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let wait_ms = RETRY_FIRST_MS
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

  function take({ type, data }: MessageEvent<string>): void {
    const found = read(type, JSON.parse(data))
    if (found === undefined) return
    skipped += found.skipped ?? 0
    waiting.push(...found.rows)
    if (waiting.length > rows_max) skipped += waiting.splice(0, waiting.length - rows_max).length
    frame ??= requestAnimationFrame(flush)
  }

  function open(): void {
    stream = new EventSource(address)
    stream.onopen = () => {
      wait_ms = RETRY_FIRST_MS
      show({ state: 'live' })
    }
    stream.onmessage = take
    for (const type of types) stream.addEventListener(type, take)
    stream.onerror = () => {
      show({ state: 'reconnecting' })
      // The browser tries again by itself, and goes on where it was, unless the server refused the stream.
      if (stream?.readyState !== EventSource.CLOSED) return
      retry = setTimeout(open, wait_ms)
      wait_ms = Math.min(wait_ms * 2, RETRY_LAST_MS)
    }
  }

  function close(): void {
    stream?.close()
    stream = undefined
    clearTimeout(retry)
    if (frame !== undefined) cancelAnimationFrame(frame)
    frame = undefined
  }

  return {
    get: () => now,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open() {
      if (stream === undefined) open()
    },
    close,
    /** Lets nothing in until it is resumed; what comes meanwhile is not kept. */
    pause() {
      close()
      if (waiting.length > 0) flush()
      show({ state: 'paused' })
    },
    resume() {
      show({ state: 'connecting' })
      this.open()
    },
    clear() {
      skipped = 0
      show({ rows: [], skipped: 0 })
    },
  }
}
