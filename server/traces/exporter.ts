import { otlpBody } from './otlp.ts'
import type { Span } from './spans.ts'

/** Some 500 bytes each. */
const WAITING_MAX = 4_096
const SENT_AT_ONCE_MAX = 512
const SEND_EVERY_MS = 2_000
const ANSWER_MS_MAX = 5_000

export type ExporterDeps = {
  /** Of the collector, without a slash at its end. */
  readonly url: string
  readonly version: string
  /** Told at the first failure after a success: who watches wants to know, once. */
  readonly onTrouble: (error: unknown) => void
}

/** Sends spans to a collector, some at a time. What it does not take is dropped and counted: traces must not hold up events. */
export function spanExporter({ url, version, onTrouble }: ExporterDeps) {
  let waiting: Span[] = []
  let [sent, dropped] = [0, 0]
  let isWell = true
  let sending: Promise<void> | undefined

  async function post(spans: readonly Span[]): Promise<void> {
    try {
      const answer = await fetch(`${url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': `millrace/${version}` },
        body: otlpBody(spans, version),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`the collector answered ${answer.status}`)
      sent += spans.length
      isWell = true
    } catch (error) {
      dropped += spans.length
      if (isWell) onTrouble(error)
      isWell = false
    }
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const spans = waiting.slice(0, SENT_AT_ONCE_MAX)
      waiting = waiting.slice(SENT_AT_ONCE_MAX)
      await post(spans)
      // What is left waits for the next time, or for its room to be needed.
      if (!isWell) return
    }
  }

  function flush(): Promise<void> {
    sending ??= sendAll().finally(() => {
      sending = undefined
    })
    return sending
  }
  const timer = setInterval(flush, SEND_EVERY_MS).unref()

  return {
    add(spans: readonly Span[]): void {
      const room = WAITING_MAX - waiting.length
      waiting.push(...spans.slice(0, room))
      dropped += Math.max(0, spans.length - room)
    },
    counts: () => ({ sent, dropped }),
    /** Sends what waits, and no more after that. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await flush()
    },
  }
}
