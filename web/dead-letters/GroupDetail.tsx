import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { adviceFor } from '../../core/advice.ts'
import { useDestination } from '../destinations/destination.ts'
import { sentence } from '../destinations/state-words.ts'
import { Button } from '../ui/Button.tsx'
import { type Column, DataTable } from '../ui/DataTable.tsx'
import { ErrorCode } from '../ui/ErrorCode.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { countText } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'
import { useMedia } from '../ui/use-media.ts'
import { DiscardDialog } from './DiscardDialog.tsx'
import { type Group, type Letter, lettersQuery, type Which, whichGroup } from './dead-letters-query.ts'
import { EditAction } from './EditAction.tsx'

type Props = {
  readonly group: Group
  readonly onRetry: (which: Which) => void
  readonly onOpen: (id: number) => void
}

const COLUMNS: readonly Column<Letter>[] = [
  { name: 'Ended', width: '5.5rem', cell: ({ at }) => <Time at={at} /> },
  { name: 'Event', width: 'minmax(5rem, 2fr)', cell: ({ name }) => name ?? '–' },
  { name: 'messageId', width: 'minmax(5rem, 2fr)', cell: ({ messageId }) => <code>{messageId}</code> },
  {
    name: 'Reason',
    width: 'minmax(6rem, 3fr)',
    cell: ({ reason }) => <span title={reason.text}>{reason.text}</span>,
  },
  { name: 'Status', width: '3.5rem', isNumber: true, cell: ({ status }) => status ?? '–' },
]

/** All that ended for one reason, and what can be done about them together. */
export function GroupDetail({ group, onRetry, onOpen }: Props): ReactElement {
  const { actions } = useDestination()
  const [isDiscarding, setDiscarding] = useState(false)
  const [chosen, setChosen] = useState<string>()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    lettersQuery(group),
  )
  const isNarrow = useMedia('(max-width: 40rem)')
  const rows = data?.pages.flatMap(({ deadLetters }) => deadLetters) ?? []
  const [newest] = rows
  const action = actions.find((one) => one.id === group.action)
  return (
    <div className="flex h-full flex-col gap-3 p-4">
      <h2 className="text-lg font-semibold break-words">{sentence(group.text)}</h2>
      <p>
        {adviceFor(group.code)} <ErrorCode code={group.code} />
      </p>
      <p className="text-sm text-muted">
        {countText(group.count)} of the action {action?.name ?? group.action}, from{' '}
        <Time at={group.first} as="exact" /> to <Time at={group.last} as="exact" />
      </p>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" onClick={() => onRetry(whichGroup(group))}>
          <Icon name="retry" /> Retry {group.count === 1 ? 'it' : `these ${countText(group.count)}`}…
        </Button>
        {newest !== undefined && action !== undefined && <EditAction letter={newest} reason={group} />}
        <Button needs="edit" look="danger" onClick={() => setDiscarding(true)}>
          <Icon name="trash" /> Discard…
        </Button>
      </div>
      {error !== null ? (
        <ErrorState what="These dead letters" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={6} />
      ) : (
        <DataTable
          label="Dead letters"
          columns={isNarrow ? COLUMNS.slice(0, 2) : COLUMNS}
          rows={rows}
          keyOf={({ id }) => String(id)}
          chosen={chosen}
          onChoose={({ id }) => setChosen(String(id))}
          onOpen={({ id }) => onOpen(id)}
          isOpenedByClick
          onEnd={() => hasNextPage && !isFetchingNextPage && void fetchNextPage()}
          className="h-96 rounded border border-line lg:h-auto lg:min-h-48 lg:flex-1"
        />
      )}
      {isDiscarding && (
        <DiscardDialog which={whichGroup(group)} count={group.count} onClose={() => setDiscarding(false)} />
      )}
    </div>
  )
}
