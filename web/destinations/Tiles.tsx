import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { Count } from '../ui/Count.tsx'
import { classNames } from '../ui/class-names.ts'
import { spanText } from '../ui/format.ts'
import { Time } from '../ui/Time.tsx'
import { BudgetMeter } from './BudgetMeter.tsx'
import { useDestination, useKind } from './destination.ts'
import type { Overview } from './overview-query.ts'

/** What a person at 2 a.m. wants to know first, in numbers. */
export function Tiles({ overview }: { readonly overview: Overview }): ReactElement {
  const { id } = useDestination()
  const kind = useKind()
  const params = { destinationId: id }
  const { delivered, dead, discarded, filtered, budgets } = overview
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-5">
      <Tile label="Delivered" note="since the beginning">
        <Link to="/destinations/$destinationId/deliveries" params={params} className="hover:underline">
          <Count of={delivered} />
        </Link>
      </Tile>
      <Tile
        label="Dead letters"
        tone={dead > 0 ? 'bad' : undefined}
        note={dead > 0 ? 'refused, and kept here' : 'none are kept'}
      >
        <Link to="/destinations/$destinationId/dead-letters" params={params} className="hover:underline">
          <Count of={dead} />
        </Link>
      </Tile>
      <Waiting overview={overview} />
      <Tile label="Discarded" note="no action wanted them">
        <Count of={discarded} />
      </Tile>
      <Tile label="Filtered" note="consent was missing, or the call switched it off">
        <Count of={filtered} />
      </Tile>
      {budgets.map((budget) => (
        <Tile
          key={budget.name}
          label={`Budget that ${kind?.name ?? 'the receiver'} allows: ${budget.label}`}
          isWide
        >
          <BudgetMeter budget={budget} />
        </Tile>
      ))}
    </dl>
  )
}

function Waiting({ overview }: { readonly overview: Overview }): ReactElement {
  const { pending, pending_exact, parked, lag_ms, oldest, givesUp } = overview
  const waiting = pending + parked
  return (
    <Tile
      label="Waiting"
      tone={givesUp === undefined ? undefined : 'wait'}
      note={
        waiting === 0 ? (
          'nothing waits'
        ) : (
          <>
            {oldest !== undefined && <>oldest {spanText(lag_ms)}</>}
            {parked > 0 && (
              <>
                {oldest !== undefined && ', '}
                <Count of={parked} /> parked for their turn
              </>
            )}
            {givesUp !== undefined && (
              <span className="block text-wait">
                gives up <Time at={givesUp} />
              </span>
            )}
          </>
        )
      }
    >
      {!pending_exact && waiting > 0 && <span title="An estimate">about </span>}
      <Count of={waiting} />
    </Tile>
  )
}

type TileProps = {
  readonly label: string
  readonly note?: ReactNode
  readonly tone?: 'bad' | 'wait' | undefined
  readonly isWide?: boolean
  readonly children: ReactNode
}

function Tile({ label, note, tone, isWide = false, children }: TileProps): ReactElement {
  return (
    <div
      className={classNames('panel flex flex-col gap-0.5 px-3 py-2', isWide && 'col-span-2 lg:col-span-5')}
    >
      <dt className="text-sm text-muted">{label}</dt>
      <dd>
        <span
          className={classNames(
            !isWide && 'text-xl font-semibold',
            tone === 'bad' && 'text-bad',
            tone === 'wait' && 'text-wait',
          )}
        >
          {children}
        </span>
        {note !== undefined && <span className="block text-sm text-muted">{note}</span>}
      </dd>
    </div>
  )
}
