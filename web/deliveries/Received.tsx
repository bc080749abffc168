import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { JsonObject } from '../../core/event.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { type Adjustment, marksOf } from './adjusted.ts'
import { Station } from './Station.tsx'
import type { UseExplained, Wanting } from './use-explained.ts'

type Props = {
  readonly explained: UseExplained
  readonly address: string | undefined
  readonly adjustments: readonly Adjustment[]
}

/** The first two steps: the event as it was received, and the values that the actions take from it. */
export function Received({ explained, address, adjustments }: Props): ReactElement {
  const { data, error, isPending } = explained
  const link = address !== undefined && data !== undefined && (
    <Link to="/events/$address" params={{ address: address.replaceAll('/', '-') }} className="link">
      Open the event
    </Link>
  )
  return (
    <>
      <Station title="Received" note={link}>
        {isPending ? (
          <Skeleton />
        ) : data === undefined ? (
          <p className="text-sm text-muted">
            {error === null ? 'The log no longer holds this event.' : errorText(error)}
          </p>
        ) : (
          <JsonTree
            value={data.event as unknown as JsonObject}
            label="The event as it was received"
            openDepth={2}
          />
        )}
      </Station>
      <Station title="Mapped" note="by the actions as they are now">
        {data?.wanting.length === 0 && (
          <p className="text-sm text-muted">
            No action wants this event any more: triggers have changed since.
          </p>
        )}
        {data?.wanting.map((one) => (
          <Mapped key={one.id} wanting={one} adjustments={adjustments} />
        ))}
      </Station>
    </>
  )
}

function Mapped({
  wanting,
  adjustments,
}: {
  readonly wanting: Wanting
  readonly adjustments: readonly Adjustment[]
}) {
  const values = valuesOf(wanting)
  const found = adjustments.length > 0 ? adjustments : wanting.adjustments
  return (
    <div className="flex flex-col gap-1">
      <p className="px-1 text-sm font-medium">{wanting.name}</p>
      <JsonTree
        value={values}
        label={`Values for ${wanting.name}`}
        marks={marksOf(values, found)}
        openDepth={2}
      />
      {wanting.problems.map(({ field, problem }) => (
        <p key={`${field} ${problem}`} className="px-1 text-sm text-bad">
          {field} {problem}
        </p>
      ))}
      {found.map(({ field, text }) => (
        <p key={`${field} ${text}`} className="px-1 text-sm text-wait">
          Adjusted: {text}
        </p>
      ))}
    </div>
  )
}

function valuesOf({ fields }: Wanting): JsonObject {
  return Object.fromEntries(fields.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}
