import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { ErrorState } from '../ui/ErrorState.tsx'
import { ForThose } from '../ui/ForThose.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { useWide } from '../ui/use-wide.ts'
import { ConnectionList } from './ConnectionList.tsx'
import { connectionsView } from './connection-view.ts'
import { Diagram } from './Diagram.tsx'
import { FirstSteps } from './FirstSteps.tsx'

/** Below this, lines between two columns of cards could not be read. */
const DIAGRAM_FROM_PX = 1_024

/** Home: what is connected to what, and whether it flows. */
export function ConnectionsPage(): ReactElement {
  const { data } = useQuery(queries.destinations())
  const isBare = (data?.destinations.length ?? 0) === 0
  return (
    <Page
      title="Connections"
      note={!isBare && <span className="text-sm text-muted">last hour</span>}
      actions={
        <>
          <ForThose
            needs="edit"
            link={
              <Link to="/sources/new" className={buttonClass('normal')}>
                <Icon name="plus" /> Add source
              </Link>
            }
          >
            Add source
          </ForThose>
          <ForThose
            needs="edit"
            link={
              <Link to="/catalogue" className={buttonClass('normal')}>
                <Icon name="plus" /> Add destination
              </Link>
            }
          >
            Add destination
          </ForThose>
        </>
      }
    >
      <Connections />
    </Page>
  )
}

function Connections(): ReactElement {
  const sources = useQuery(queries.sources())
  const destinations = useQuery(queries.destinations())
  const rates = useQuery(queries.rates())
  const isWide = useWide(DIAGRAM_FROM_PX)
  const failed = [sources, destinations].find(({ error }) => error !== null)
  if (failed !== undefined) {
    return <ErrorState what="The connections" error={failed.error} onRetry={() => void failed.refetch()} />
  }
  if (sources.data === undefined || destinations.data === undefined) {
    return <Skeleton lines={8} label="Loading connections…" />
  }
  const view = connectionsView(sources.data.sources, destinations.data.destinations, rates.data)
  const isBare = view.sources.length === 0 || view.destinations.length === 0
  return (
    <div className="flex flex-col gap-6">
      {isBare && <FirstSteps view={view} />}
      {(view.sources.length > 0 || view.destinations.length > 0) &&
        (isWide ? <Diagram view={view} /> : <ConnectionList view={view} />)}
    </div>
  )
}
