import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { type Answer, api } from '../../api/api.ts'
import { queries } from '../../api/queries.ts'
import { Button } from '../../ui/Button.tsx'
import { buttonClass } from '../../ui/button-class.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import { failureText } from './failure-text.ts'
import { ResetCursor } from './ResetCursor.tsx'
import { RunState } from './RunState.tsx'
import { RunTable } from './RunTable.tsx'

type State = Answer<'GET /admin/v1/sources/:id/sql'>
const LIVELY_MS = 1_000
const CALM_MS = 5_000

/** Where a source that reads a database is, and what its runs were. */
export function Runs(): ReactElement {
  const { sourceId } = useParams({ from: '/sources/$sourceId/runs' })
  const source = useQuery(queries.source(sourceId)).data
  const params = { id: sourceId }
  const state = useQuery({
    queryKey: ['sql', sourceId],
    queryFn: ({ signal }) => api('GET /admin/v1/sources/:id/sql', { params, signal }),
    refetchInterval: ({ state: { data } }) => (data?.running === undefined ? CALM_MS : LIVELY_MS),
  })
  const runs = useQuery({
    queryKey: ['sql', sourceId, 'runs', state.data?.running?.id, state.data?.last?.id],
    queryFn: ({ signal }) => api('GET /admin/v1/sources/:id/sql/runs', { params, signal }),
    placeholderData: (before) => before,
  })
  const error = state.error ?? runs.error
  if (error !== null)
    return (
      <ErrorState
        what="The runs"
        error={error}
        onRetry={() => void Promise.all([state.refetch(), runs.refetch()])}
      />
    )
  if (source === undefined || state.data === undefined || runs.data === undefined)
    return <Skeleton lines={8} />
  if (source.sql === undefined) return <NotSetUp sourceId={sourceId} />
  const all = state.data.running === undefined ? runs.data.runs : [state.data.running, ...runs.data.runs]
  return (
    <div className="flex flex-col gap-4">
      <Now state={state.data} sourceId={sourceId} isByHand={source.sql.schedule === undefined} />
      {all.length === 0 ? (
        <EmptyState icon="clock" title="It has not been read yet">
          Each run is shown here, with what it read and why it ended.
        </EmptyState>
      ) : (
        <RunTable runs={all} />
      )}
    </div>
  )
}

function NotSetUp({ sourceId }: { readonly sourceId: string }): ReactElement {
  return (
    <EmptyState
      icon="sources"
      title="Nobody has said yet what to read"
      action={
        <Link to="/sources/$sourceId/set-up" params={{ sourceId }} className={buttonClass('primary')}>
          Set it up <Icon name="arrow-right" />
        </Link>
      }
    >
      Once there are a connection and a query, its runs are shown here.
    </EmptyState>
  )
}

type NowProps = { readonly state: State; readonly sourceId: string; readonly isByHand: boolean }

function Now({ state, sourceId, isByHand }: NowProps): ReactElement {
  const client = useQueryClient()
  const params = { id: sourceId }
  const options = { onSettled: () => client.invalidateQueries({ queryKey: ['sql', sourceId] }) }
  const run = useMutation({
    mutationFn: () => api('POST /admin/v1/sources/:id/sql/run', { params }),
    ...options,
  })
  const stop = useMutation({
    mutationFn: () => api('POST /admin/v1/sources/:id/sql/stop', { params }),
    ...options,
  })
  const { running, last, cursor, failures } = state
  const failed = run.error ?? stop.error
  return (
    <section aria-label="Now" className="panel flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center gap-3">
        <RunState run={running ?? last} isRetried={failures > 0} />
        <span role="status">
          {running !== undefined && `${running.rows.toLocaleString('en-US')} rows so far`}
        </span>
        <span className="ml-auto flex flex-wrap gap-2">
          {(running !== undefined || state.retry) && (
            <Button needs="edit" isBusy={stop.isPending} onClick={() => stop.mutate()}>
              <Icon name="pause" /> {running === undefined ? 'Try no more' : 'Stop'}
            </Button>
          )}
          {running === undefined && (
            <Button needs="edit" look="primary" isBusy={run.isPending} onClick={() => run.mutate()}>
              <Icon name="play" /> Run now
            </Button>
          )}
          <ResetCursor sourceId={sourceId} isDisabled={running !== undefined} cursor={cursor} />
        </span>
      </div>
      {failed !== null && (
        <p role="alert" className="text-bad">
          {failureText(failed)}
        </p>
      )}
      {running === undefined && last?.error !== undefined && <p className="text-bad">{last.error.text}</p>}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        <dt className="text-muted">{state.retry ? 'Tried again' : 'Next'}</dt>
        <dd className="flex flex-wrap gap-x-4">
          {state.next.length === 0 && (isByHand ? 'By hand' : '–')}
          {state.next.map((at) => (
            <Time key={at} at={at} as="exact" />
          ))}
        </dd>
        <dt className="text-muted">Cursor</dt>
        <dd className="font-mono break-all">{cursor ?? 'at the beginning'}</dd>
      </dl>
    </section>
  )
}
