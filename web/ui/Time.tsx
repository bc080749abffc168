import type { ReactElement } from 'react'
import { clockText, exactText, relativeText } from './format.ts'
import { useNow } from './now.ts'
import { useZone } from './zone.ts'

type Props = {
  /** ISO text, or milliseconds. */
  readonly at: string | number
  /** `relative` with the exact time on hover; `clock` for tables; `exact` in full. */
  readonly as?: 'relative' | 'clock' | 'exact'
}

/** A time, in the zone that was chosen at the top of the page. */
export function Time({ at, as = 'relative' }: Props): ReactElement {
  const zone = useZone()
  const time_ms = typeof at === 'number' ? at : Date.parse(at)
  if (Number.isNaN(time_ms)) return <span>{at}</span>
  const exact = exactText(time_ms, zone)
  return (
    <time dateTime={new Date(time_ms).toISOString()} title={exact} className="whitespace-nowrap">
      {as === 'exact' && exact}
      {as === 'clock' && clockText(time_ms, zone)}
      {as === 'relative' && <Relative time_ms={time_ms} />}
    </time>
  )
}

/** Alone, so that a tick redraws no more than the words. */
function Relative({ time_ms }: { readonly time_ms: number }): string {
  return relativeText(time_ms, useNow())
}
