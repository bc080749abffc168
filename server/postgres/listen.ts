import pg from 'pg'
import { settingsOf } from './connect.ts'

export type ListenDeps = {
  readonly url: string
  readonly channel: string
  /** What was told on the channel, by whichever process: this one too. */
  readonly onNotice: (payload: string) => void
  /** It listens, for the first time or again: what was told before that is not known. */
  readonly onListening: () => void
  /** The connection was lost; it is being made again. */
  readonly onLost?: (error: unknown) => void
}
export type Listening = { readonly stop: () => Promise<void> }

/** The first wait before the connection is made again; it doubles up to the second one. */
const AGAIN_MS_MIN = 50
const AGAIN_MS_MAX = 5_000
/** How often it is looked whether the connection still answers: one that was cut without a word would be silent for ever. */
const LOOK_EVERY_MS = 10_000
const LOOK_MS_MAX = 5_000

/**
 * Hears what is told on a channel (`notify`), over a connection of its own that is made again whenever it is lost. Whoever listens
 * reads everything anew at `onListening`.
 */
export function listenOn(deps: ListenDeps): Listening {
  const stop = new AbortController()
  const running = keepListening(deps, stop.signal)
  return {
    async stop() {
      stop.abort()
      await running
    },
  }
}

async function keepListening(deps: ListenDeps, stop: AbortSignal): Promise<void> {
  for (let wait_ms = AGAIN_MS_MIN; !stop.aborted; wait_ms = Math.min(AGAIN_MS_MAX, wait_ms * 2)) {
    try {
      await listenOnce(deps, stop, () => {
        wait_ms = AGAIN_MS_MIN
      })
    } catch (error) {
      if (!stop.aborted) deps.onLost?.(error)
    }
    await pause(wait_ms, stop)
  }
}

/** Until the connection is lost, with why; or until it is to stop. */
async function listenOnce(
  { url, channel, onNotice, onListening }: ListenDeps,
  stop: AbortSignal,
  onMade: () => void,
) {
  const { config } = settingsOf({ url, connections_max: 1, waitsForDisk: true, name: 'listening' })
  const client = new pg.Client({ ...config, query_timeout: LOOK_MS_MAX })
  const lost = new Promise<never>((_, reject) => {
    client.once('error', reject)
    client.once('end', () => reject(new Error('The connection has ended.')))
  })
  lost.catch(() => {})
  client.on('error', () => {})
  client.on('notification', ({ payload = '' }) => onNotice(payload))
  try {
    await client.connect()
    await client.query(`listen "${channel}"`)
    onMade()
    onListening()
    while (!stop.aborted) {
      await Promise.race([lost, pause(LOOK_EVERY_MS, stop)])
      if (!stop.aborted) await Promise.race([lost, client.query('select 1')])
    }
  } finally {
    await client.end().catch(() => {})
  }
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    timer.unref()
    stop.addEventListener('abort', done)
  })
}
