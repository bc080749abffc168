import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Json } from '../../core/event.ts'
import { type Answer, api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { LinkedDestination } from '../destinations/LinkedDestination.tsx'
import type { Entry } from '../events/entry.ts'
import { Button } from '../ui/Button.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { Time } from '../ui/Time.tsx'
import { LOOK_AT_MAX, useFirstEvent } from './use-first-event.ts'

type Source = Answer<'GET /admin/v1/sources/:id'>

/** Waits for the first event of a source, and becomes it. */
export function FirstEvent({ source }: { readonly source: Source }): ReactElement {
  const { entry: shown, count, error, showNewest } = useFirstEvent(source.id)
  return (
    <section aria-labelledby="first-event" className="flex flex-col gap-4 xl:sticky xl:top-16 xl:self-start">
      <div className="panel p-4">
        <div role="status" aria-live="polite">
          {shown === undefined ? (
            <h2 id="first-event" className="flex items-center gap-2 font-semibold">
              <span aria-hidden="true" className="pulses size-2.5 rounded-full bg-wait" />
              {error === null ? 'Waiting for the first event…' : errorText(error)}
            </h2>
          ) : (
            <Arrived entry={shown} />
          )}
        </div>
        {count > 0 && (
          <p className="mb-2 flex flex-wrap items-center gap-2 text-sm text-muted">
            {count >= LOOK_AT_MAX ? `${LOOK_AT_MAX} or more` : count} came after it.
            <Button size="small" onClick={showNewest}>
              Show the newest
            </Button>
          </p>
        )}
        {shown === undefined && <Meanwhile sourceId={source.id} />}
        {shown?.kind === 'event' && (
          <JsonTree label="The event" value={shown.event as unknown as Json} openDepth={2} />
        )}
      </div>
      {shown?.kind === 'event' && <NextStep source={source} />}
    </section>
  )
}

function Meanwhile({ sourceId }: { readonly sourceId: string }): ReactElement {
  const send = useMutation({
    mutationFn: () => api('POST /admin/v1/sources/:id/sample-events', { params: { id: sourceId } }),
  })
  return (
    <div className="mt-2 flex flex-col items-start gap-2 text-sm text-muted">
      <p>Run the code of this page. What it sends appears here as it comes, refused or not.</p>
      <Button needs="edit" size="small" isBusy={send.isPending} onClick={() => send.mutate()}>
        Send made-up events instead
      </Button>
      {send.error !== null && <p className="text-bad">{errorText(send.error)}</p>}
    </div>
  )
}

function Arrived({ entry }: { readonly entry: Entry }): ReactElement {
  const address = entry.address.replaceAll('/', '-')
  return (
    <div className="arrives mb-2 flex flex-col gap-1 rounded">
      <h2 id="first-event" className="flex flex-wrap items-center gap-2 font-semibold">
        <span className="min-w-0 wrap-anywhere">{titleOf(entry)}</span>
        <StateBadge
          state={entry.kind === 'event' ? 'flowing' : entry.kind}
          text={entry.kind === 'event' ? 'received' : entry.kind}
        />
      </h2>
      <p className="text-sm text-muted">
        <Time at={entry.receivedAt} /> ·{' '}
        <Link to="/events/$address" params={{ address }} className="link">
          What happened to it
        </Link>
      </p>
      {entry.kind === 'refused' && <p className="text-wait">{entry.refusal.reason}</p>}
    </div>
  )
}

function titleOf(entry: Entry): string {
  switch (entry.kind) {
    case 'event': {
      const { event } = entry
      if (event.type === 'track') return event.event
      const name = 'name' in event && typeof event.name === 'string' ? event.name : ''
      return name === '' ? `${event.type} call` : `${name} (${event.type})`
    }
    case 'refused':
      return `A ${entry.refusal.type ?? ''} call was refused`
    case 'duplicate':
      return 'A call that had been sent before'
    case 'erased':
      return 'A call whose person was deleted'
  }
}

function NextStep({ source }: { readonly source: Source }): ReactElement | null {
  const { data } = useQuery(queries.destinations())
  if (data === undefined) return null
  const connected = data.destinations.filter(({ sources }) => sources.includes(source.id))
  if (connected.length > 0) {
    return (
      <div className="panel p-4">
        <h3 className="mb-1 font-semibold">It goes on to</h3>
        <ul>
          {connected.map((one) => (
            <LinkedDestination key={one.id} destination={one} />
          ))}
        </ul>
      </div>
    )
  }
  return (
    <div className="panel flex flex-col items-start gap-2 p-4">
      <h3 className="font-semibold">Next step</h3>
      <p className="text-muted">Events are kept here, and go nowhere yet.</p>
      <Link
        to="/destinations/new/$kind"
        params={{ kind: 'heap' }}
        search={{ source: source.id }}
        className={buttonClass('primary')}
      >
        Connect it to Heap <Icon name="arrow-right" />
      </Link>
    </div>
  )
}
