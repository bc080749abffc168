import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { type Answer, api } from '../api/api.ts'
import { undoChange } from '../api/undo-change.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { ListTable } from '../ui/ListTable.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'
import { Section } from './Section.tsx'

type Change = Answer<'GET /admin/v1/changes'>['changes'][number]

/** Everything that was changed, by whom, and the way back. */
export function ChangesSection(): ReactElement {
  const list = useInfiniteQuery({
    queryKey: ['changes'],
    queryFn: ({ pageParam, signal }) =>
      api('GET /admin/v1/changes', { query: pageParam === '' ? {} : { before: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const changes = list.data?.pages.flatMap((page) => page.changes) ?? []
  return (
    <Section id="changes" title="Changes" help="What was changed in the configuration, the newest first.">
      {list.error !== null && (
        <ErrorState what="What was changed" error={list.error} onRetry={() => list.refetch()} />
      )}
      {list.isPending && <Skeleton lines={4} />}
      {list.data !== undefined && changes.length === 0 && (
        <EmptyState icon="clock" title="Nothing has been changed yet" />
      )}
      {changes.length > 0 && (
        <ListTable
          label="Changes"
          columns={['What', 'By', 'When', 'Undo']}
          rows={changes.map((change) => ({ key: String(change.id), cells: cellsOf(change) }))}
        />
      )}
      {list.hasNextPage && (
        <Button className="self-start" isBusy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </Section>
  )
}

function cellsOf(change: Change) {
  return [
    <What key="what" change={change} />,
    change.by,
    <Time key="time" at={change.at} />,
    <UndoButton key="undo" change={change} />,
  ]
}

function What({ change: { what, of, change, text } }: { readonly change: Change }): ReactElement {
  if (what === 'alerts' || change === 'deleted') return <>{text}</>
  const look = 'underline-offset-2 hover:underline'
  if (what === 'plan') {
    return (
      <Link to="/tracking-plans/$planId" params={{ planId: of }} className={look}>
        {text}
      </Link>
    )
  }
  return what === 'source' ? (
    <Link to="/sources/$sourceId" params={{ sourceId: of }} className={look}>
      {text}
    </Link>
  ) : (
    <Link to="/destinations/$destinationId" params={{ destinationId: of }} className={look}>
      {text}
    </Link>
  )
}

function UndoButton({ change }: { readonly change: Change }): ReactElement {
  const client = useQueryClient()
  const undo = useMutation({ mutationFn: () => undoChange(client, change.id) })
  return (
    <Button
      needs="edit"
      size="small"
      isBusy={undo.isPending}
      onClick={() => undo.mutate()}
      aria-label={`Undo: ${change.text}`}
    >
      Undo
    </Button>
  )
}
