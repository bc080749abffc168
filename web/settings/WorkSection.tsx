import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Sparkline } from '../ui/Sparkline.tsx'
import { Section } from './Section.tsx'
import { thinned, WORK_ROWS, type WorkPoint, type WorkRow } from './work.ts'

/** As many points as the line is wide, in pixels. */
const LINE_POINTS_MAX = 96

/** How the server does its work: the same figures that scrapers get, of the last hour. */
export function WorkSection(): ReactElement {
  const { data, error, refetch } = useQuery(queries.work())
  return (
    <Section
      id="work"
      title="Work"
      help="The last hour, or the time since the server started. docs/metrics.md says how to keep more of it, and to be told."
    >
      {error !== null && <ErrorState what="The work" error={error} onRetry={() => refetch()} />}
      {error === null && data === undefined && <Skeleton lines={6} />}
      {data?.points.length === 0 && (
        <p className="panel px-4 py-2 text-muted">
          The first figures are there in {data.step_ms / 500} seconds.
        </p>
      )}
      {data !== undefined && data.points.length > 0 && <Rows points={data.points} />}
    </Section>
  )
}

function Rows({ points }: { readonly points: readonly WorkPoint[] }): ReactElement {
  return (
    <dl className="panel divide-y divide-line">
      {WORK_ROWS.map((row) => (
        <Row key={row.id} row={row} values={points.map((point) => point[row.id])} />
      ))}
    </dl>
  )
}

type RowProps = { readonly row: WorkRow; readonly values: readonly number[] }

function Row({ row: { name, text }, values }: RowProps): ReactElement {
  const now = text(values.at(-1) ?? 0)
  const highest = text(Math.max(...values))
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <dt className="w-44 shrink-0 text-muted">{name}</dt>
      <dd className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1">
        <span className="w-32 tabular-nums">{now}</span>
        <Sparkline
          values={thinned(values, LINE_POINTS_MAX)}
          label={`${name} in the last hour, highest ${highest}, ${now} now`}
        />
        <span className="text-sm text-muted">highest {highest}</span>
      </dd>
    </div>
  )
}
