import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { spanText } from '../ui/format.ts'
import { DestinationTile, SourceTile } from '../ui/KindTile.tsx'
import { SOURCE_LOOKS } from '../ui/kind-look.ts'
import { Sparkline } from '../ui/Sparkline.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { Tag } from '../ui/Tag.tsx'
import { Time } from '../ui/Time.tsx'
import { type DestinationView, hourlyText, type SourceView } from './connection-view.ts'

const CARD =
  'panel flex items-center gap-3 p-3 transition-colors hover:border-edge focus-visible:border-accent'

export function SourceCard({ source }: { readonly source: SourceView }): ReactElement {
  const { id, name, kind, rate } = source
  const isNew = rate !== undefined && rate.last === undefined
  return (
    <Link
      to={isNew ? '/sources/$sourceId/set-up' : '/sources/$sourceId'}
      params={{ sourceId: id }}
      className={CARD}
    >
      <SourceTile kind={kind} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="truncate font-semibold">{name}</span>
          <span className="text-sm text-muted">{SOURCE_LOOKS[kind].name}</span>
        </span>
        <SourceRate rate={rate} />
      </span>
      {rate !== undefined && rate.events > 0 && (
        <Sparkline values={rate.minutes} label={`Events a minute in the last hour: ${rate.events} in all`} />
      )}
    </Link>
  )
}

function SourceRate({ rate }: Pick<SourceView, 'rate'>): ReactElement {
  if (rate === undefined) return <span className="text-sm text-muted">…</span>
  if (rate.events === 0) {
    return (
      <span className="text-sm text-muted">
        {rate.last === undefined ? (
          'no events yet: set it up'
        ) : (
          <>
            idle, last event <Time at={rate.last} />
          </>
        )}
      </span>
    )
  }
  return (
    <span className="text-sm">
      {hourlyText(rate.events)}
      {rate.refused > 0 && <span className="text-wait"> · {hourlyText(rate.refused)} refused</span>}
    </span>
  )
}

export function DestinationCard({ destination }: { readonly destination: DestinationView }): ReactElement {
  const { id, name, kind, label, state, mode, rate, problem } = destination
  return (
    <Link to="/destinations/$destinationId" params={{ destinationId: id }} className={CARD}>
      <DestinationTile kind={kind} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="truncate font-semibold">{name}</span>
          {label !== undefined && <Tag>{label}</Tag>}
          <span className="ml-auto">
            <StateBadge state={state} />
          </span>
        </span>
        {problem !== undefined ? (
          <span className="block truncate text-sm text-bad" title={problem.text}>
            {problem.text}
          </span>
        ) : (
          <span className="text-sm text-muted">
            {mode === 'web' ? 'sent by the pages themselves' : rate === undefined ? '…' : rateLine(rate)}
          </span>
        )}
      </span>
    </Link>
  )
}

function rateLine({ delivered, lag_ms }: NonNullable<DestinationView['rate']>): string {
  const waits = lag_ms > 0 ? ` · lag ${spanText(lag_ms)}` : ''
  return delivered === 0
    ? `nothing delivered in the last hour${waits}`
    : `${hourlyText(delivered)} delivered${waits}`
}
