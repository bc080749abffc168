import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { adviceFor } from '../../core/advice.ts'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/Button.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { ErrorCode } from '../ui/ErrorCode.tsx'
import { spanText } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import type { Mark } from '../ui/JsonTreeLine.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { type Station, Stations } from '../ui/Stations.tsx'
import { Time } from '../ui/Time.tsx'
import { AttemptDetails } from './AttemptDetails.tsx'
import { type Attempt, type Delivery, FATE_LOOKS, type Fate, OUTCOME_LOOKS } from './fate-words.ts'
import { TransformsOf } from './TransformsOf.tsx'

/** Tries that are shown at first: the newest. */
const ATTEMPTS_SHOWN = 4

type Props = {
  readonly fate: Fate
  /** As pages write it. */
  readonly address: string
}

/** What became of an event at one destination: why not, or what was made of it, each try, and how it ended. */
export function FateStations({ fate, address }: Props): ReactElement {
  const [isWhole, setWhole] = useState(false)
  const { destination, attempts, deliveries } = fate
  const oldestFirst = attempts.toReversed()
  const shown = isWhole ? oldestFirst : oldestFirst.slice(-ATTEMPTS_SHOWN)
  const left = attempts.length - shown.length
  if (deliveries.length === 0) return <NoDelivery fate={fate} address={address} />
  const stations: readonly Station[] = [
    ...deliveries.map((delivery) => mappedStation(delivery, { destination, address })),
    ...shown.map(attemptStation),
    ...deliveries.map((delivery) => endStation(delivery, fate, address)),
  ]
  return (
    <>
      {left > 0 && (
        <Button size="small" look="quiet" onClick={() => setWhole(true)}>
          Show {left} earlier {left === 1 ? 'attempt' : 'attempts'}
        </Button>
      )}
      <Stations label={`At ${fate.name}`} stations={stations} />
    </>
  )
}

function NoDelivery({ fate, address }: Props): ReactElement {
  const { destination, fate: name, why = [] } = fate
  const actions = useQuery(queries.destination(destination)).data?.actions ?? []
  return (
    <>
      <p className="text-muted">{FATE_LOOKS[name].text}</p>
      <ul>
        {why.map(({ action, text }) => (
          <li key={action}>
            {action !== '' && (
              <>
                <ActionLink destination={destination} action={action} address={address}>
                  {actions.find(({ id }) => id === action)?.name ?? action}
                </ActionLink>
                {': '}
              </>
            )}
            <span className={action === '' ? undefined : 'font-mono text-sm'}>{text}</span>
            {action !== '' && !text.endsWith('.') && <span className="text-muted"> does not hold</span>}
          </li>
        ))}
      </ul>
      {name === 'pending' && <WaitsFor destination={destination} />}
    </>
  )
}

type ActionLinkProps = {
  readonly destination: string
  readonly action: string
  readonly address: string
  readonly children: string
  readonly className?: string
}

/** To the action's editor, with this event as its sample. */
function ActionLink({
  destination,
  action,
  address,
  children,
  className = 'link',
}: ActionLinkProps): ReactElement {
  return (
    <Link
      to="/destinations/$destinationId/actions/$actionId"
      params={{ destinationId: destination, actionId: action }}
      search={{ sample: address }}
      className={className}
    >
      {children}
    </Link>
  )
}

type At = { readonly destination: string; readonly address: string }

function mappedStation(delivery: Delivery, at: At): Station {
  const { action, name, values, adjustments, notes, reason } = delivery
  const marks: Record<string, Mark> = {}
  for (const { field, text } of adjustments) {
    // A field of the action, or what became one of its properties.
    for (const path of [`$.${field}`, `$.properties.${field}`]) marks[path] = { tone: 'wait', text }
  }
  const isStopped = reason?.code === 'TRANSFORM_FAILED'
  const isBroken = isStopped || reason?.code === 'VALUES_INVALID'
  return {
    id: `mapped ${action}`,
    title: (
      <>
        {isStopped ? 'Transformation failed, for' : isBroken ? 'Mapping failed by' : 'Mapped by'}{' '}
        <ActionLink {...at} action={action}>
          {name}
        </ActionLink>
      </>
    ),
    note: adjustments.length === 0 ? undefined : `${adjustments.length} adjusted`,
    tone: isBroken ? 'bad' : adjustments.length > 0 ? 'wait' : 'good',
    icon: isBroken ? 'cross' : 'arrow-right',
    children: (
      <>
        <TransformsOf transforms={delivery.transforms} />
        {adjustments.length > 0 && (
          <ul className="text-sm text-wait">
            {adjustments.map(({ text }, index) => (
              <li key={index}>{text}</li>
            ))}
          </ul>
        )}
        {notes?.map((note) => (
          <p key={note} className="flex gap-1.5 text-sm text-muted">
            <Icon name="info" className="mt-0.5" />
            <span className="min-w-0 wrap-anywhere">{note}</span>
          </p>
        ))}
        {values !== undefined && Object.keys(values).length > 0 && (
          <details className="mt-1">
            <summary className="w-fit text-sm text-muted">Values</summary>
            <JsonTree label={`Values of ${name}`} value={values} marks={marks} openDepth={2} />
            <p className="text-xs text-muted">As the action maps it now. What was sent is in the attempts.</p>
          </details>
        )}
      </>
    ),
  }
}

function attemptStation(attempt: Attempt): Station {
  const { tone, icon, words } = OUTCOME_LOOKS[attempt.outcome]
  const { id, startedAt, duration_ms, status, events } = attempt
  const answer = status === undefined ? 'no answer' : `answered ${status}`
  return {
    id: `attempt ${id}`,
    title: `Attempt ${attempt.attempt}`,
    note: (
      <>
        <Time at={startedAt} as="clock" /> · {answer} in {spanText(duration_ms)} · {words}
        {events > 1 && ` · with ${(events - 1).toLocaleString('en-US')} other events`}
      </>
    ),
    tone,
    icon,
    children: <AttemptDetails attempt={attempt} />,
  }
}

function endStation(delivery: Delivery, fate: Fate, address: string): Station {
  const { action, name, fate: end, until } = delivery
  const { tone, icon, title } = FATE_LOOKS[end]
  const words = fate.deliveries.length === 1 ? title : `${name}: ${title.toLowerCase()}`
  const delivered = fate.attempts.find(({ outcome }) => outcome === 'delivered')
  return {
    id: `end ${action}`,
    title: words,
    note:
      until !== undefined ? (
        <>
          until <Time at={until} />
        </>
      ) : end === 'delivered' && delivered !== undefined ? (
        <Time at={delivered.startedAt} as="exact" />
      ) : undefined,
    tone,
    icon,
    children: <End delivery={delivery} destination={fate.destination} address={address} />,
  }
}

type EndProps = At & { readonly delivery: Delivery }

function End({ delivery, destination, address }: EndProps): ReactElement {
  const { fate, reason, deadLetter, action } = delivery
  return (
    <>
      {FATE_LOOKS[fate].text !== '' && <p className="text-muted">{FATE_LOOKS[fate].text}</p>}
      {reason !== undefined && fate !== 'delivered' && (
        <p>
          {reason.text} <ErrorCode code={reason.code} />
        </p>
      )}
      {reason !== undefined && fate === 'dead letter' && (
        <p className="text-muted">{adviceFor(reason.code)}</p>
      )}
      {(fate === 'pending' || fate === 'parked') && <WaitsFor destination={destination} />}
      {deadLetter !== undefined && (
        <p className="mt-2 flex flex-wrap gap-2">
          <Link
            to="/destinations/$destinationId/dead-letters"
            params={{ destinationId: destination }}
            search={{
              code: deadLetter.reason.code,
              action,
              text: deadLetter.reason.text,
              letter: String(deadLetter.id),
            }}
            className={buttonClass('normal', 'small')}
          >
            See it among the dead letters
          </Link>
          <ActionLink
            destination={destination}
            action={action}
            address={address}
            className={buttonClass('normal', 'small')}
          >
            Edit the action with this event
          </ActionLink>
        </p>
      )}
    </>
  )
}

/** Why nothing happens, when it is not only a matter of a moment. */
function WaitsFor({ destination }: { readonly destination: string }): ReactElement | null {
  const { data } = useQuery({ ...queries.destination(destination), refetchInterval: 2_000 })
  if (data === undefined || data.state === 'flowing') return null
  return (
    <p className="flex flex-wrap items-center gap-2">
      <StateBadge state={data.state} />
      {data.reason?.text}
      <Link to="/destinations/$destinationId" params={{ destinationId: destination }} className="link">
        See the destination
      </Link>
      <Icon name="arrow-right" size={12} />
    </p>
  )
}
