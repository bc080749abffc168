import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { useSeesPersonal } from '../api/use-may.ts'
import { Page } from '../app/Page.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { Tag } from '../ui/Tag.tsx'
import { Time } from '../ui/Time.tsx'
import { eventCurl } from './curl.ts'
import { EventStations } from './EventStations.tsx'
import { type Entry, messageIdOf, nameOf, personOf, titleOf } from './entry.ts'
import { isUnderWay } from './fate-words.ts'
import { MaskNote } from './MaskNote.tsx'

const FOLLOW_EVERY_MS = 1_000

/** One thing that came in, from end to end. */
export function EventPage(): ReactElement {
  const { address } = useParams({ from: '/events/$address' })
  const { data, error, refetch } = useQuery({
    queryKey: ['event', address],
    queryFn: ({ signal }) => api('GET /admin/v1/events/:address', { params: { address }, signal }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isUnderWay(state.data) ? FOLLOW_EVERY_MS : false,
  })
  const crumbs = [{ label: 'Events', link: { to: '/events' as const, search: {} } }]
  if (error !== null && data === undefined) {
    return (
      <Page title={`Event ${address}`} crumbs={crumbs}>
        <ErrorState what="This event" error={error} onRetry={() => void refetch()} />
      </Page>
    )
  }
  if (data === undefined) {
    return (
      <Page title="Event" crumbs={crumbs}>
        <Skeleton lines={8} />
      </Page>
    )
  }
  const { entry } = data
  return (
    <Page
      title={titleOf(entry)}
      crumbs={crumbs}
      note={<Note entry={entry} />}
      actions={<Copies entry={entry} />}
    >
      <div className="mx-auto flex max-w-5xl flex-col gap-4">
        <MaskNote />
        <Facts entry={entry} />
        <p role="status" className="text-sm text-muted empty:hidden">
          {isUnderWay(data) && 'It is under way: this page follows it until it has ended.'}
        </p>
        <EventStations detail={data} />
      </div>
    </Page>
  )
}

function Note({ entry }: { readonly entry: Entry }): ReactElement {
  if (entry.kind !== 'event') return <StateBadge state={entry.kind} />
  return <Tag>{entry.event.type}</Tag>
}

function Copies({ entry }: { readonly entry: Entry }): ReactElement {
  const seesPersonal = useSeesPersonal()
  const host = useQuery(queries.status()).data?.host
  const writeKey = useQuery(queries.source(entry.sourceId)).data?.writeKey
  return (
    <>
      <CopyButton text={() => location.href} what="the link to this page" label="Copy link" />
      {entry.kind === 'event' && seesPersonal && host !== undefined && writeKey !== undefined && (
        <CopyButton
          text={() => eventCurl(entry.event, { host, writeKey })}
          what="a command that sends it to the source again, as a new event"
          label="Copy as curl"
        />
      )}
    </>
  )
}

function Facts({ entry }: { readonly entry: Entry }): ReactElement {
  const source = useQuery(queries.source(entry.sourceId)).data
  const [person, messageId] = [personOf(entry), messageIdOf(entry)]
  const seesPersonal = useSeesPersonal()
  const name = entry.kind === 'event' ? nameOf(entry.event) : undefined
  return (
    <dl className="panel flex flex-wrap gap-x-10 gap-y-3 p-4">
      <Fact name="Source">
        <Link to="/sources/$sourceId" params={{ sourceId: entry.sourceId }} className="link">
          {source?.name ?? entry.sourceId}
        </Link>
      </Fact>
      {person !== undefined && seesPersonal && (
        <Fact name="Person">
          <Link to="/events" search={{ person }} className="link">
            {person}
          </Link>
          <CopyButton text={person} what="the person's id" />
        </Fact>
      )}
      {messageId !== undefined && (
        <Fact name="messageId">
          <span className="font-mono text-sm">{messageId}</span>
          <CopyButton text={messageId} what="the messageId" />
        </Fact>
      )}
      <Fact name="Received">
        <Time at={entry.receivedAt} />
      </Fact>
      {name !== undefined && (
        <Fact name="Others like it">
          <Link to="/events" search={{ event: name, source: entry.sourceId }} className="link">
            all “{name}” of this source
          </Link>
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  )
}
