import { useQuery } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import type { Answer } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'
import { bytesText } from './facts.ts'
import { Section } from './Section.tsx'

const HOUR_MS = 3_600_000
const TURNED_AWAY_SHOWN_MAX = 10

/** Where it is, how large it is, and what it allows. */
export function ServerSection(): ReactElement {
  const { data, error, refetch } = useQuery(queries.status())
  return (
    <Section
      id="server"
      title="Server"
      help="What the server was started with; docs/configuration.md has each option."
    >
      {error !== null && <ErrorState what="The server" error={error} onRetry={() => refetch()} />}
      {error === null && data === undefined && <Skeleton lines={6} />}
      {data !== undefined && <Facts status={data} />}
    </Section>
  )
}

function Facts({ status }: { readonly status: Answer<'GET /admin/v1/status'> }): ReactElement {
  const { version, startedAt, host, configuredBy, configFile, login, disk, log, limits, turnedAway } = status
  return (
    <dl className="panel divide-y divide-line">
      <Fact name="Clients send to">
        <span className="inline-flex items-center gap-2">
          <code>{host}</code>
          <CopyButton text={host} what="the address" />
        </span>
      </Fact>
      <Fact name="Version">
        {version}, running since <Time at={startedAt} />
      </Fact>
      <Fact name="Configuration">
        {configuredBy === 'pages' ? (
          'Kept by the server: what is changed here stays.'
        ) : (
          <>
            From <code>{configFile}</code> at each start: what is changed here is replaced by it then.
          </>
        )}
      </Fact>
      <Fact name="Login">{login ? 'On' : 'Off: whoever uses this machine may do everything here.'}</Fact>
      <Fact name="Disk">
        {bytesText(disk.free_bytes)} free. Below {bytesText(disk.free_bytes_min)}, clients are asked to come
        back later.
      </Fact>
      <Fact name="Event log">
        {bytesText(log.bytes)}
        {log.oldest !== undefined && (
          <>
            , the oldest of it from <Time at={log.oldest} />
          </>
        )}
        . Kept for {limits.retention_days} days; history for {limits.history_days}.
      </Fact>
      <Fact name="An event that fails">
        is tried again for {limits.giveUpAfter_ms / HOUR_MS} hours before it becomes a dead letter.
      </Fact>
      <Fact name="Limits">
        {bytesText(limits.event_bytes_max)} an event, {bytesText(limits.body_bytes_max)} and{' '}
        {limits.events_max.toLocaleString('en')} events a request; an event has at most{' '}
        {limits.event_levels_max} levels and {limits.event_keys_max.toLocaleString('en')} names and items.
      </Fact>
      <Fact name="Requests a second">
        {rateText(limits.key_perSecond)} with one write key, {rateText(limits.address_perSecond)} from one
        address.
      </Fact>
      {turnedAway.length > 0 && (
        <Fact name="Turned away">
          {turnedAway.reduce((sum, { count }) => sum + count, 0).toLocaleString('en')} requests since the
          start:{' '}
          {turnedAway
            .map(({ code, source, count }) => `${count} ${code}${source === undefined ? '' : ` (${source})`}`)
            .slice(0, TURNED_AWAY_SHOWN_MAX)
            .join(', ')}
          .
        </Fact>
      )}
    </dl>
  )
}

function rateText(perSecond: number): string {
  return perSecond === 0 ? 'as many as come' : perSecond.toLocaleString('en')
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="flex flex-col gap-1 px-4 py-2 sm:flex-row sm:gap-4">
      <dt className="w-44 shrink-0 text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}
