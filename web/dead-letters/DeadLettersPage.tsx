import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useDestination } from '../destinations/destination.ts'
import { MaskNote } from '../events/MaskNote.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { countText } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { SplitPane } from '../ui/SplitPane.tsx'
import { chosenGroup, type Group, groupsQuery, type Which } from './dead-letters-query.ts'
import { GroupDetail } from './GroupDetail.tsx'
import { GroupList } from './GroupList.tsx'
import { LetterView } from './LetterView.tsx'
import { Replays } from './Replays.tsx'
import { RetryDialog } from './RetryDialog.tsx'

/** What ended without success, by reason: look at it, mend what is wrong, and send it again. */
export function DeadLettersPage(): ReactElement {
  const { id, name } = useDestination()
  const { data, error, refetch } = useQuery(groupsQuery(id))
  const [retrying, setRetrying] = useState<Which>()
  if (error !== null && data === undefined) {
    return <ErrorState what="The dead letters" error={error} onRetry={() => void refetch()} />
  }
  if (data === undefined) return <Skeleton lines={6} />
  const count = data.groups.reduce((sum, group) => sum + group.count, 0)
  return (
    <div className="flex flex-col gap-4">
      <Replays destination={id} />
      {count === 0 ? (
        <div className="panel">
          <EmptyState icon="check" title="No dead letters">
            What {name} refuses for good, or what could not be delivered in time, is kept here with its
            request and the answer, so that it can be mended and sent again.
          </EmptyState>
        </div>
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-3">
            <p className="min-w-64 flex-1 text-muted">
              {countText(count)} {count === 1 ? 'delivery' : 'deliveries'} ended without success, for{' '}
              {data.groups.length === 1 ? 'one reason' : `${data.groups.length} reasons`}. Each is kept until
              it is sent again or discarded.
            </p>
            <Button onClick={() => setRetrying({ destination: id })}>
              <Icon name="retry" /> Retry all {countText(count)}…
            </Button>
          </div>
          <MaskNote />
          <Panes groups={data.groups} onRetry={setRetrying} />
        </>
      )}
      {retrying !== undefined && <RetryDialog which={retrying} onClose={() => setRetrying(undefined)} />}
    </div>
  )
}

type PanesProps = { readonly groups: readonly Group[]; readonly onRetry: (which: Which) => void }

function Panes({ groups, onRetry }: PanesProps): ReactElement {
  const { id } = useDestination()
  const search = useSearch({ from: '/destinations/$destinationId/dead-letters' })
  const navigate = useNavigate()
  const go = (next: Readonly<Record<string, string>>, replace = false) =>
    void navigate({
      to: '/destinations/$destinationId/dead-letters',
      params: { destinationId: id },
      search: next,
      replace,
    })
  const letter = search['letter']
  const group = chosenGroup(groups, search)
  const groupSearch = ({ code, action, text }: Group) => ({ code, action, text })
  return (
    <SplitPane
      list={<GroupList groups={groups} chosen={group} onChoose={(one) => go(groupSearch(one), true)} />}
      detail={
        letter !== undefined ? (
          <LetterView
            key={letter}
            id={letter}
            onRetry={onRetry}
            onBack={() => go(group === undefined ? {} : groupSearch(group))}
          />
        ) : group !== undefined ? (
          <GroupDetail
            key={`${group.action} ${group.code} ${group.text}`}
            group={group}
            onRetry={onRetry}
            onOpen={(one) => go({ ...groupSearch(group), letter: String(one) })}
          />
        ) : undefined
      }
      detailLabel="The chosen reason"
      onBack={() => go({})}
    />
  )
}
