import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { type Answer, api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { exactText } from '../ui/format.ts'
import { Select } from '../ui/Select.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { type ChartPart, type ChartPoint, TimeChart } from '../ui/TimeChart.tsx'
import { useZone } from '../ui/zone.ts'
import { useDestination } from './destination.ts'
import { RANGES, readStretch, type Stretch } from './time-range.ts'

const EVERY_MS = 5_000
const PARTS: readonly ChartPart[] = [
  { id: 'delivered', label: 'Delivered', tone: 'good' },
  { id: 'dead', label: 'Dead letters', tone: 'bad' },
  { id: 'parked', label: 'Held back', tone: 'hold' },
  { id: 'retried', label: 'Failed tries', tone: 'wait' },
  { id: 'filtered', label: 'Filtered', tone: 'accent' },
  { id: 'discarded', label: 'Discarded', tone: 'off' },
]

/** What became of events over time. Dragging zooms, a click opens the deliveries of that time. */
export function OutcomeChart(): ReactElement {
  const { id } = useDestination()
  const search = useSearch({ from: '/destinations/$destinationId/' })
  const navigate = useNavigate()
  const zone = useZone()
  const { data, error, refetch } = useSeries(id, search)
  const points = useMemo(() => (data === undefined ? [] : pointsOf(data)), [data])
  const { name, from_ms, to_ms } = readStretch(search, Date.now())
  const go = (next: Readonly<Record<string, string>>) =>
    void navigate({ to: '/destinations/$destinationId', params: { destinationId: id }, search: next })
  return (
    <div className="panel flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="Time"
          value={name}
          choices={[
            ...Object.entries(RANGES).map(([value, { label }]) => ({ value, label })),
            ...(name === 'chosen' ? [{ value: 'chosen', label: 'A chosen stretch' }] : []),
          ]}
          onChoice={(range) => range !== 'chosen' && go({ range })}
        />
        {name === 'chosen' && (
          <>
            <span className="text-sm text-muted">
              {exactText(from_ms, zone).slice(0, 16)} to {exactText(to_ms, zone).slice(0, 16)}
            </span>
            <Button size="small" onClick={() => go({})}>
              Back to the last hour
            </Button>
          </>
        )}
      </div>
      {error !== null && data === undefined ? (
        <ErrorState what="The chart" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={4} />
      ) : (
        <TimeChart
          label="What became of events"
          parts={PARTS}
          points={points}
          step_ms={data.step_ms}
          onZoom={(from, to) => go(stretchSearch(from, to))}
          onPick={({ at_ms }) =>
            void navigate({
              to: '/destinations/$destinationId/deliveries',
              params: { destinationId: id },
              search: stretchSearch(at_ms, at_ms + data.step_ms),
            })
          }
        />
      )}
      <p className="text-sm text-muted">Drag to zoom. Click a bar to see what was sent then.</p>
    </div>
  )
}

function useSeries(of: string, search: Readonly<Record<string, string>>) {
  const { range = '', from = '', to = '' } = search
  return useQuery({
    queryKey: ['series', of, range, from, to],
    queryFn: ({ signal }) => {
      const stretch = readStretch(search, Date.now())
      return api('GET /admin/v1/series', { query: { of, ...seriesQuery(stretch) }, signal })
    },
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  })
}

function seriesQuery({ from_ms, to_ms, step }: Stretch) {
  return { ...stretchSearch(from_ms, to_ms), step }
}

function stretchSearch(from_ms: number, to_ms: number) {
  return { from: new Date(from_ms).toISOString(), to: new Date(to_ms).toISOString() }
}

function pointsOf({ from, step_ms, series }: Answer<'GET /admin/v1/series'>): readonly ChartPoint[] {
  const first_ms = Date.parse(from)
  const steps = Math.max(0, ...Object.values(series).map((counts) => counts.length))
  return Array.from({ length: steps }, (_, at) => ({
    at_ms: first_ms + at * step_ms,
    // What waits becomes less when it is let go: only that more came to wait is something that happened then.
    counts: Object.fromEntries(PARTS.map(({ id }) => [id, Math.max(0, series[id]?.[at] ?? 0)])),
  }))
}
