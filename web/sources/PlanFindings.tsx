import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import type { Answer } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { planQueries } from '../tracking-plans/plan-queries.ts'
import { Button } from '../ui/Button.tsx'
import { Sparkline } from '../ui/Sparkline.tsx'
import { Time } from '../ui/Time.tsx'

export type PlanFinding = Answer<'GET /admin/v1/sources/:id/plan-findings'>['findings'][number]
/** At first, so that the names below stay in sight. */
const SHOWN_FIRST = 5

type Props = {
  readonly sourceId: string
  /** Only those of these calls; left out: of all. */
  readonly of?: { readonly type: string; readonly name: string }
}

/** What of a source's events of the last day was not as its tracking plan says; nothing where it holds to none. */
export function PlanFindings({ sourceId, of }: Props): ReactElement | null {
  const plan = useQuery(queries.source(sourceId)).data?.plan
  const { data } = useQuery({ ...planQueries.findings(sourceId), enabled: plan !== undefined })
  const [isWhole, setWhole] = useState(false)
  if (plan === undefined || data === undefined) return null
  const found = data.findings.filter(
    (one) => of === undefined || (one.type === of.type && one.event === of.name),
  )
  const shown = isWhole ? found : found.slice(0, SHOWN_FIRST)
  return (
    <section aria-label="Tracking plan" className="panel flex flex-col gap-2 p-4">
      <h2 className="font-semibold">
        <Link to="/tracking-plans/$planId" params={{ planId: plan.id }} className="hover:underline">
          Tracking plan
        </Link>
      </h2>
      {found.length === 0 ? (
        <p className="text-muted">Everything was as it says in the last 24 hours.</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {shown.map((one) => (
            <Found
              key={[one.kind, one.type, one.event, one.path, one.rule].join(' ')}
              one={one}
              isAll={of === undefined}
            />
          ))}
        </ul>
      )}
      {shown.length < found.length && (
        <Button size="small" look="quiet" className="self-start" onClick={() => setWhole(true)}>
          Show all {found.length.toLocaleString('en-US')}
        </Button>
      )}
      {of === undefined && data.other > 0 && (
        <p className="text-sm text-muted">
          And {data.other.toLocaleString('en-US')} of further kinds: there are more than are kept apart.
        </p>
      )}
    </section>
  )
}

function Found({ one, isAll }: { readonly one: PlanFinding; readonly isAll: boolean }): ReactElement {
  const { kind, type, event, path, text, count, last, hours, examples } = one
  const [example] = examples
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <span className="min-w-56 flex-1 wrap-anywhere">
        {(isAll || path === '') && (
          <span className="font-medium">
            {event === '' ? `${type} calls` : `“${event}”`}
            {path === '' ? ' ' : ': '}
          </span>
        )}
        {path !== '' && <code>{path} </code>}
        <span className={kind === 'violation' ? 'text-bad' : 'text-muted'}>{text}</span>
      </span>
      <Sparkline values={hours} label={`${count} in the last 24 hours`} />
      <span className="text-sm whitespace-nowrap text-muted">
        {count.toLocaleString('en-US')} · <Time at={last} />
      </span>
      {example !== undefined && (
        <Link to="/search" search={{ q: example }} className="link text-sm">
          see one
        </Link>
      )}
    </li>
  )
}
