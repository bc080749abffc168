import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { Answer } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { Count } from '../ui/Count.tsx'
import { rateText, spanText } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { useNow } from '../ui/now.ts'
import { Sparkline } from '../ui/Sparkline.tsx'
import { Time } from '../ui/Time.tsx'

type Rate = Answer<'GET /admin/v1/rates'>['sources'][string]

/** The minutes of which the rate of now is told: the one that runs is not over. */
const NOW_MINUTES = 5
const QUIET_MS = 86_400_000

/** Whether a source is alive: its last hour at a glance, and what to look at when it is silent. */
export function SourcePulse({ sourceId }: { readonly sourceId: string }): ReactElement {
  const rate = useQuery(queries.rates()).data?.sources[sourceId]
  if (rate === undefined) return <div className="h-11" />
  return (
    <div className="flex flex-col gap-3">
      <dl aria-label="The last hour" className="flex flex-wrap items-center gap-x-8 gap-y-2">
        <Fact name="Now">{rateText(perMinute(rate))}</Fact>
        <Fact name="Last hour">
          <span className="flex items-center gap-2">
            <Count of={rate.events} />
            <Sparkline
              values={rate.minutes}
              label={`Events a minute in the last hour, ${rate.events} in all`}
            />
          </span>
        </Fact>
        <Fact name="Refused">
          <Filtered sourceId={sourceId} kind="refused" count={rate.refused} />
        </Fact>
        <Fact name="Duplicates">
          <Filtered sourceId={sourceId} kind="duplicate" count={rate.duplicates} />
        </Fact>
        <Fact name="Last event">{rate.last === undefined ? 'none yet' : <Time at={rate.last} />}</Fact>
      </dl>
      {rate.last !== undefined && <Quiet sourceId={sourceId} last={rate.last} refused={rate.refused} />}
    </div>
  )
}

function perMinute({ minutes }: Rate): number {
  const past = minutes.slice(-NOW_MINUTES - 1, -1)
  return past.reduce((sum, count) => sum + count, 0) / Math.max(1, past.length)
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}

type FilteredProps = {
  readonly sourceId: string
  readonly kind: 'refused' | 'duplicate'
  readonly count: number
}

function Filtered({ sourceId, kind, count }: FilteredProps): ReactElement {
  if (count === 0) return <span>0</span>
  return (
    <Link
      to="/sources/$sourceId"
      params={{ sourceId }}
      search={{ kind }}
      className={`link ${kind === 'refused' ? 'text-wait' : ''}`}
    >
      <Count of={count} />
    </Link>
  )
}

type QuietProps = { readonly sourceId: string; readonly last: string; readonly refused: number }

/** A source that has sent and does so no more. */
function Quiet({ sourceId, last, refused }: QuietProps): ReactElement | null {
  const quiet_ms = useNow() - Date.parse(last)
  if (quiet_ms < QUIET_MS) return null
  const params = { sourceId }
  return (
    <section aria-label="Silence" className="flex gap-3 rounded-lg bg-wait-soft p-3 text-wait">
      <Icon name="clock" className="mt-0.5" />
      <div>
        <p className="font-semibold">No event for {spanText(quiet_ms)}.</p>
        <ul className="list-disc pl-4">
          {refused > 0 && (
            <li>
              {refused.toLocaleString('en-US')} calls of the last hour were refused:{' '}
              <Link to="/sources/$sourceId" params={params} search={{ kind: 'refused' }} className="link">
                see why
              </Link>
              .
            </li>
          )}
          <li>
            Does the client still send with a write key of this source?{' '}
            <Link to="/sources/$sourceId/set-up" params={params} className="link">
              Set-up
            </Link>{' '}
            has the address and the key. A key that nobody knows is answered 401 and shows up nowhere here.
          </li>
          <li>
            Was a key removed lately?{' '}
            <Link to="/sources/$sourceId/settings" params={params} className="link">
              Settings
            </Link>{' '}
            has the changes.
          </li>
        </ul>
      </div>
    </section>
  )
}
