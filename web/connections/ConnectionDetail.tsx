import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Count } from '../ui/Count.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { type ConnectionView, shareText } from './connection-view.ts'

/** What the last hour says of one connection, and the way to what is wrong. */
export function ConnectionDetail({ connection }: { readonly connection: ConnectionView }): ReactElement {
  const { source, destination, state, counts } = connection
  const params = { destinationId: destination.id }
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="min-w-0 font-semibold wrap-anywhere">
          {source.name} → {destination.name}
        </span>
        <StateBadge state={state} />
      </p>
      {counts === undefined ? (
        <p className="text-muted">
          {destination.mode === 'web'
            ? 'Pages send these events straight to the destination, so nothing is counted here.'
            : 'Counting…'}
        </p>
      ) : (
        <p className="text-muted">
          <Count of={counts.read} /> {counts.read === 1 ? 'event' : 'events'} in the last hour
          {counts.read > 0 &&
            `, ${shareText(counts.discarded, counts.read)} discarded because no action wanted them`}
          {counts.filtered > 0 &&
            `, ${shareText(counts.filtered, counts.read)} filtered by consent or the call`}
        </p>
      )}
      {destination.problem !== undefined && (
        <p className="text-bad">
          {destination.problem.text}{' '}
          <Link
            to={
              destination.problem.isAboutDeadLetters
                ? '/destinations/$destinationId/dead-letters'
                : '/destinations/$destinationId'
            }
            params={params}
            className="link"
          >
            {destination.problem.isAboutDeadLetters ? 'See them' : 'See what to do'}
          </Link>
        </p>
      )}
      <p className="flex flex-wrap gap-x-3">
        <Link to="/events" search={{ source: source.id }} className="link">
          Events
        </Link>
        {destination.mode === 'cloud' && (
          <Link to="/destinations/$destinationId/deliveries" params={params} className="link">
            Deliveries
          </Link>
        )}
        <Link to="/destinations/$destinationId/sources" params={params} className="link">
          Disconnect…
        </Link>
      </p>
    </div>
  )
}
