import { Link, useParams } from '@tanstack/react-router'
import { type ReactElement, useEffect, useState } from 'react'
import type { LiveState } from '../api/live.ts'
import { EntryTable } from '../events/EntryTable.tsx'
import { FilterBar } from '../events/FilterBar.tsx'
import { ListEnd } from '../events/ListEnd.tsx'
import { pick, useFilters } from '../events/list-search.ts'
import { MaskNote } from '../events/MaskNote.tsx'
import { Button } from '../ui/Button.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { SourcePulse } from './SourcePulse.tsx'
import { DATA_IN_FILTERS, useDataIn } from './use-data-in.ts'

/** From here on somebody reads further down, and the rows must not move under their eyes. */
const READING_PX = 60

/** What comes in of a source, as it comes. */
export function DataIn(): ReactElement {
  const { sourceId } = useParams({ from: '/sources/$sourceId' })
  const [filters, setFilters] = useFilters()
  const { live, older, rows, onEnd } = useDataIn(sourceId, filters)
  const [isPaused, setPaused] = useState(false)
  const [isReading, setReading] = useState(false)
  const { pause, resume } = live
  useEffect(() => {
    if (isPaused || isReading) pause()
    else resume()
  }, [isPaused, isReading, pause, resume])
  const isFiltered = Object.keys(pick(filters, DATA_IN_FILTERS)).length > 0
  const isEmpty = rows.length === 0 && older.isLoaded && !older.hasMore
  return (
    <div className="flex flex-col gap-4">
      <SourcePulse sourceId={sourceId} />
      <MaskNote />
      <div className="flex flex-wrap items-center gap-2">
        <FilterBar label="Filter what came in" filters={filters} onChange={setFilters} />
        <PauseButton state={live.state} isPaused={isPaused} onPause={setPaused} />
      </div>
      <section aria-label="What came in" className="panel overflow-hidden">
        <Waiting
          count={live.waiting}
          isPaused={isPaused}
          isReading={isReading}
          onShow={() => {
            setPaused(false)
            setReading(false)
          }}
        />
        {older.error !== null && rows.length === 0 ? (
          <ErrorState what="What came in" error={older.error} onRetry={older.again} />
        ) : isEmpty ? (
          <Nothing
            sourceId={sourceId}
            isFiltered={isFiltered}
            onClear={() => setFilters(Object.fromEntries(DATA_IN_FILTERS.map((name) => [name, ''])))}
          />
        ) : rows.length === 0 && !older.isLoaded ? (
          <Skeleton lines={8} />
        ) : (
          <EntryTable
            // Back at the top once it goes on.
            key={String(isPaused)}
            label="What came in, newest first"
            rows={rows}
            onEnd={onEnd}
            onScroll={(offset_px) => setReading(offset_px > READING_PX)}
            className="h-[max(20rem,calc(100vh-19rem))]"
            footer={<ListEnd pages={older} isFiltered={isFiltered} />}
          />
        )}
      </section>
      {live.skipped > 0 && (
        <p className="text-sm text-muted">
          {live.skipped.toLocaleString('en-US')} came faster than can be shown, and were left out here. They
          are in the log:{' '}
          <Link to="/events" search={{ source: sourceId }} className="link">
            all events of this source
          </Link>
          .
        </p>
      )}
    </div>
  )
}

type PauseProps = LiveWordProps & { readonly onPause: (isPaused: boolean) => void }

function PauseButton({ state, isPaused, onPause }: PauseProps): ReactElement {
  return (
    <span className="flex items-center gap-2 sm:ml-auto">
      <LiveWord state={state} isPaused={isPaused} />
      <Button aria-pressed={isPaused} onClick={() => onPause(!isPaused)}>
        <Icon name={isPaused ? 'play' : 'pause'} /> {isPaused ? 'Go on' : 'Pause'}
      </Button>
    </span>
  )
}

type LiveWordProps = { readonly state: LiveState; readonly isPaused: boolean }

function LiveWord({ state, isPaused }: LiveWordProps): ReactElement {
  const words = {
    connecting: 'connecting…',
    live: 'live',
    reconnecting: 'cut off, connecting again…',
    paused: isPaused ? 'paused' : 'held while you read',
  }
  return (
    <span role="status" className="flex items-center gap-1.5 text-sm text-muted">
      <span
        aria-hidden="true"
        className={`size-2 rounded-full ${state === 'live' ? 'pulses bg-good' : 'bg-wait'}`}
      />
      {words[state]}
    </span>
  )
}

type WaitingProps = {
  readonly count: number
  readonly isPaused: boolean
  readonly isReading: boolean
  readonly onShow: () => void
}

/** How many came meanwhile. */
function Waiting({ count, isPaused, isReading, onShow }: WaitingProps): ReactElement | null {
  if (!isPaused && !isReading) return null
  return (
    <div className="flex items-center justify-between gap-3 border-b border-line bg-accent-soft px-3 py-1.5 text-sm">
      <span role="status">
        {count === 0 ? 'Nothing has come since.' : `${count.toLocaleString('en-US')} came meanwhile.`}
      </span>
      <Button size="small" onClick={onShow}>
        {count === 0 ? 'Go on' : 'Show them'}
      </Button>
    </div>
  )
}

type NothingProps = {
  readonly sourceId: string
  readonly isFiltered: boolean
  readonly onClear: () => void
}

function Nothing({ sourceId, isFiltered, onClear }: NothingProps): ReactElement {
  if (isFiltered) {
    return (
      <EmptyState
        icon="filter"
        title="Nothing fits these filters"
        action={<Button onClick={onClear}>Clear</Button>}
      >
        What comes in from now on and fits them appears here.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon="sources"
      title="Nothing has come in yet"
      action={
        <Link to="/sources/$sourceId/set-up" params={{ sourceId }} className={buttonClass('primary')}>
          Set it up <Icon name="arrow-right" />
        </Link>
      }
    >
      What this source sends appears here within a second, refused or not.
    </EmptyState>
  )
}
