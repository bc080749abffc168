/** Between two tries to reach a stream again: doubled each time, from the first to the last. */
const RETRY_FIRST_MS = 500
const RETRY_LAST_MS = 15_000

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
      retry = setTimeout(open, wait_ms)
      wait_ms = Math.min(wait_ms * 2, RETRY_LAST_MS)
    }
  }

  open()
  return () => {
    stream?.close()
    clearTimeout(retry)
  }
}
