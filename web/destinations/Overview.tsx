import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { useDestination } from './destination.ts'
import { LastProblem } from './LastProblem.tsx'
import { NoHistory } from './NoHistory.tsx'
import { OutcomeChart } from './OutcomeChart.tsx'
import { overviewQuery } from './overview-query.ts'
import { Tiles } from './Tiles.tsx'

/** Is it working, what happened, what can be done. */
export function Overview(): ReactElement {
  const { mode } = useDestination()
  return mode === 'web' ? <NoHistory /> : <CloudOverview />
}

function CloudOverview(): ReactElement {
  const { id } = useDestination()
  const { data, error, refetch } = useQuery(overviewQuery(id))
  return (
    <div className="flex flex-col gap-4">
      {data !== undefined ? (
        <>
          <LastProblem overview={data} />
          <Tiles overview={data} />
        </>
      ) : error !== null ? (
        <ErrorState what="The overview" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton lines={3} />
      )}
      <OutcomeChart />
    </div>
  )
}
