import { request } from './request.ts'

/** Between two tries to reach a stream again: doubled each time, from the first to the last. */
const RETRY_FIRST_MS = 500
const RETRY_LAST_MS = 15_000

/** A stream says not why it was refused: asked like this, a session that has ended is told of, and waited for. */
const askWho = () => request('/me').catch(() => undefined)

export type StreamState = 'connecting' | 'live' | 'reconnecting'

/** Listens to a stream of the server until the returned function is called; a stream that ends is opened again. */
export function openStream(
  address: string,
  onData: (data: unknown) => void,
  onState: (state: StreamState) => void,
): () => void {
  let stream: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let wait_ms = RETRY_FIRST_MS
  let isClosed = false

  function open(): void {
    stream = new EventSource(address)
    stream.onopen = () => {
      wait_ms = RETRY_FIRST_MS
      onState('live')
    }
    stream.onmessage = ({ data }: MessageEvent<string>) => onData(JSON.parse(data))
    stream.onerror = () => {
      onState('reconnecting')
      // The browser tries again by itself, and goes on where it was, unless the server refused the stream.
      if (stream?.readyState !== EventSource.CLOSED) return
      retry = setTimeout(() => void again(), wait_ms)
      wait_ms = Math.min(wait_ms * 2, RETRY_LAST_MS)
    }
  }

  async function again(): Promise<void> {
    await askWho()
    if (!isClosed) open()
  }

  open()
  return () => {
    isClosed = true
    stream?.close()
    clearTimeout(retry)
  }
}
