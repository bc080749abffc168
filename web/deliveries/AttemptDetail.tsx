import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { type Answer, api } from '../api/api.ts'
import { sentence } from '../destinations/state-words.ts'
import { Button } from '../ui/Button.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ErrorCode } from '../ui/ErrorCode.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { spanText } from '../ui/format.ts'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'
import { type ActionNames, actionText } from './AttemptTable.tsx'
import { marksOf } from './adjusted.ts'
import { curlText } from './curl.ts'
import { JsonOrText, readJson } from './JsonOrText.tsx'
import { OutcomeBadge } from './OutcomeBadge.tsx'
import { outcomeLook } from './outcomes.ts'
import { Received } from './Received.tsx'
import { Station } from './Station.tsx'
import { useExplained } from './use-explained.ts'

type Props = {
  readonly id: string
  readonly address: string | undefined
  readonly destinationId: string
  readonly actions: ActionNames
}
type Detail = Answer<'GET /admin/v1/attempts/:id'>

/** One attempt from the event to the answer. */
export function AttemptDetail({ id, address, destinationId, actions }: Props): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: ['attempt', id],
    queryFn: ({ signal }) => api('GET /admin/v1/attempts/:id', { params: { id }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error !== null) return <ErrorState what="This attempt" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton lines={8} />
  const at = data.addresses.find((one) => one === address) ?? data.addresses[0]
  return <Stations attempt={data} address={at} destinationId={destinationId} actions={actions} />
}

type StationsProps = Omit<Props, 'id'> & { readonly attempt: Detail }

function Stations({ attempt, address, destinationId, actions }: StationsProps): ReactElement {
  const { method, url, requestBody, responseBody, status, reason, duration_ms, outcome, startedAt } = attempt
  const explained = useExplained(destinationId, address)
  const adjustments = attempt.adjustments.filter((one) => one.address === address)
  const isAlone = attempt.addresses.length === 1
  const request = explained.data?.requests.find((one) => one.method === method && one.url === url)
  const headers = request?.headers ?? { 'content-type': 'application/json' }
  const curl = () => curlText({ method, url, headers, body: requestBody })
  return (
    <div className="@container flex flex-col gap-4 p-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-lg font-semibold">
          <Time at={startedAt} as="exact" />
        </h2>
        <OutcomeBadge outcome={outcome} />
        <span className="text-sm text-muted">
          {attempt.actions !== undefined && `${actionText(attempt, actions)} · `}try {attempt.attempt},{' '}
          {attempt.events.toLocaleString('en-US')} {attempt.events === 1 ? 'event' : 'events'}
        </span>
        <span className="ml-auto">
          <CopyButton text={curl} what="as curl" label="Copy as curl" />
        </span>
      </header>
      <p className={reason === undefined ? 'text-muted' : undefined}>
        {reason === undefined ? outcomeLook(outcome).help : sentence(reason.text)}
        {reason !== undefined && (
          <>
            {' '}
            <ErrorCode code={reason.code} />
          </>
        )}
      </p>
      <EventPicker {...{ attempt, address, destinationId, actions }} />
      <div className="grid gap-x-4 gap-y-2 @xl:grid-cols-2">
        <Received explained={explained} address={address} adjustments={adjustments} />
        <Station title="Request" note={`${method} ${url}`}>
          <JsonOrText
            text={requestBody}
            label="The request as it was sent"
            marks={isAlone ? marksOf(readJson(requestBody), adjustments) : {}}
          />
          {attempt.adjustments_count > attempt.adjustments.length && (
            <p className="text-sm text-muted">
              {attempt.adjustments_count.toLocaleString('en-US')} values were adjusted in all;{' '}
              {attempt.adjustments.length} are kept.
            </p>
          )}
        </Station>
        <Station
          title="Response"
          note={`${status === undefined ? 'no answer' : `status ${status}`} after ${spanText(duration_ms)}`}
        >
          <JsonOrText text={responseBody} label="The answer" />
        </Station>
      </div>
    </div>
  )
}

/** Which of several events is shown from its beginning. */
function EventPicker({ attempt: { addresses }, address, destinationId }: StationsProps): ReactElement | null {
  const search = useSearch({ from: '/destinations/$destinationId/deliveries' })
  const navigate = useNavigate()
  if (addresses.length < 2 || address === undefined) return null
  const at = addresses.indexOf(address)
  const go = (step: number) => {
    const next = addresses[at + step]
    if (next === undefined) return
    void navigate({
      to: '/destinations/$destinationId/deliveries',
      params: { destinationId },
      search: { ...search, at: next },
      replace: true,
    })
  }
  return (
    <div className="flex items-center gap-2 text-sm">
      <Button size="small" disabled={at === 0} onClick={() => go(-1)}>
        Previous event
      </Button>
      <span aria-live="polite">
        {(at + 1).toLocaleString('en-US')} of {addresses.length.toLocaleString('en-US')}
      </span>
      <Button size="small" disabled={at === addresses.length - 1} onClick={() => go(1)}>
        Next event
      </Button>
    </div>
  )
}
