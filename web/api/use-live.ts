import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { type Live, type LiveOptions, liveRows } from './live.ts'

export type UseLive<Row> = Live<Row> & {
  readonly pause: () => void
  readonly resume: () => void
  readonly clear: () => void
}

/**
 * The rows of a stream while the component is shown. Another address begins anew; the options are those of the
 * first time.
 */
export function useLive<Row>(address: string, options: LiveOptions<Row>): UseLive<Row> {
  const [given] = useState(options)
  const [stream, setStream] = useState(() => ({ address, live: liveRows(address, given) }))
  if (stream.address !== address) setStream({ address, live: liveRows(address, given) })
  const { live } = stream
  useEffect(() => {
    live.open()
    return live.close
  }, [live])
  const shown = useSyncExternalStore(live.subscribe, live.get)
  const pause = useCallback(() => live.pause(), [live])
  const resume = useCallback(() => live.resume(), [live])
  return { ...shown, pause, resume, clear: live.clear }
}
