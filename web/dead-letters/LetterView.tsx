import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { adviceFor } from '../../core/advice.ts'
import type { JsonObject } from '../../core/event.ts'
import { curlText } from '../deliveries/curl.ts'
import { JsonOrText } from '../deliveries/JsonOrText.tsx'
import { Station } from '../deliveries/Station.tsx'
import { useDestination } from '../destinations/destination.ts'
import { sentence } from '../destinations/state-words.ts'
import { Button } from '../ui/Button.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ErrorCode } from '../ui/ErrorCode.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'
import { DiscardDialog } from './DiscardDialog.tsx'
import { type LetterDetail, letterQuery, type Which } from './dead-letters-query.ts'
import { EditAction } from './EditAction.tsx'

type Props = {
  readonly id: string
  readonly onRetry: (which: Which) => void
  readonly onBack: () => void
}

/** One dead letter: why, the event, the request and the answer. */
export function LetterView({ id, onRetry, onBack }: Props): ReactElement {
  const { data, error, refetch } = useQuery(letterQuery(id))
  return (
    <div className="@container flex flex-col gap-3 p-4">
      <Button look="quiet" size="small" className="self-start" onClick={onBack}>
        <Icon name="chevron-left" /> All of this reason
      </Button>
      {error !== null ? (
        <ErrorState what="This dead letter" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={8} />
      ) : (
        <Letter letter={data} onRetry={onRetry} onBack={onBack} />
      )}
    </div>
  )
}

type LetterProps = Omit<Props, 'id'> & { readonly letter: LetterDetail }

function Letter({ letter, onRetry, onBack }: LetterProps): ReactElement {
  const { actions } = useDestination()
  const [isDiscarding, setDiscarding] = useState(false)
  const which: Which = { destination: letter.destination, ids: [letter.id] }
  const action = actions.find((one) => one.id === letter.action)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <>
      <h2 ref={heading} tabIndex={-1} className="text-lg font-semibold break-words outline-none">
        {sentence(letter.reason.text)}
      </h2>
      <p>
        {adviceFor(letter.reason.code)} <ErrorCode code={letter.reason.code} />
      </p>
      <p className="text-sm text-muted">
        Of the action {action?.name ?? letter.action}, ended <Time at={letter.at} as="exact" />. messageId{' '}
        <code>{letter.messageId}</code> <CopyButton text={letter.messageId} what="the messageId" />
      </p>
      <div className="flex flex-wrap gap-2">
        {letter.event !== undefined && (
          <Button look="primary" onClick={() => onRetry(which)}>
            <Icon name="retry" /> Retry it…
          </Button>
        )}
        {action !== undefined && <EditAction letter={letter} reason={letter.reason} />}
        <Button needs="edit" look="danger" onClick={() => setDiscarding(true)}>
          <Icon name="trash" /> Discard…
        </Button>
      </div>
      <Way letter={letter} />
      {isDiscarding && (
        <DiscardDialog which={which} count={1} onClose={() => setDiscarding(false)} onDone={onBack} />
      )}
    </>
  )
}

function Way({
  letter: { event, request, response, address },
}: {
  readonly letter: LetterDetail
}): ReactElement {
  return (
    <div className="grid gap-x-4 gap-y-2 @xl:grid-cols-2">
      <Station
        title="Event"
        note={
          event !== undefined && (
            <Link to="/events/$address" params={{ address: address.replaceAll('/', '-') }} className="link">
              Open the event
            </Link>
          )
        }
      >
        {event === undefined ? (
          <p className="text-sm text-muted">The log no longer holds it, so it cannot be sent again.</p>
        ) : (
          <JsonTree value={event as JsonObject} label="The event" openDepth={2} />
        )}
      </Station>
      <Station title="Request" note={request === undefined ? '' : `${request.method} ${request.url}`}>
        {request === undefined ? (
          <p className="text-sm text-muted">None was made: what the action needs was missing or wrong.</p>
        ) : (
          <>
            <JsonOrText text={request.body} label="The request as it was sent" />
            <span className="self-start">
              <CopyButton
                text={() => curlText({ ...request, headers: { 'content-type': 'application/json' } })}
                what="as curl"
                label="Copy as curl"
              />
            </span>
          </>
        )}
      </Station>
      {response !== undefined && (
        <Station title="Response" note={`status ${response.status}`}>
          <JsonOrText text={response.body} label="The answer" />
        </Station>
      )}
    </div>
  )
}
