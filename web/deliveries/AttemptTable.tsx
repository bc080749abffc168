import { type ReactElement, useMemo } from 'react'
import { type Column, DataTable } from '../ui/DataTable.tsx'
import { spanText } from '../ui/format.ts'
import { Time } from '../ui/Time.tsx'
import { useMedia } from '../ui/use-media.ts'
import type { Attempt } from './attempts-query.ts'
import { OutcomeBadge } from './OutcomeBadge.tsx'

export type ActionNames = readonly { readonly id: string; readonly name: string }[]
type Props = {
  readonly actions: ActionNames
  readonly rows: readonly Attempt[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
  readonly onEnd: () => void
}

/** Of the actions as they are now; one that was deleted since has its id. */
export function actionText({ actions: ids }: Pick<Attempt, 'actions'>, actions: ActionNames): string {
  if (ids === undefined) return '–'
  return ids.map((id) => actions.find((one) => one.id === id)?.name ?? id).join(', ')
}

const columnsOf = (actions: ActionNames): readonly Column<Attempt>[] => [
  { name: 'Time', width: '4.25rem', cell: ({ startedAt }) => <Time at={startedAt} as="clock" /> },
  {
    name: 'Event',
    width: 'minmax(4.5rem, 3fr)',
    cell: ({ first, events }) => (
      <>
        {first?.name ?? '(no longer in the log)'}
        {events > 1 && <span className="text-muted"> +{(events - 1).toLocaleString('en-US')}</span>}
      </>
    ),
  },
  { name: 'Action', width: 'minmax(4.5rem, 2fr)', cell: (attempt) => actionText(attempt, actions) },
  { name: 'Person', width: 'minmax(4rem, 2fr)', cell: ({ first }) => first?.person ?? '–' },
  { name: 'Outcome', width: '6.75rem', cell: ({ outcome }) => <OutcomeBadge outcome={outcome} /> },
  { name: 'Status', width: '2.75rem', isNumber: true, cell: ({ status }) => status ?? '–' },
  { name: 'Took', width: '3.5rem', isNumber: true, cell: ({ duration_ms }) => spanText(duration_ms) },
]

/** What there is room for beside the chosen one; the rest is one touch away. */
const NARROW = ['Time', 'Event', 'Outcome']
const MIDDLE = [...NARROW, 'Action', 'Person']

export function AttemptTable({ actions, rows, chosen, onChoose, onEnd }: Props): ReactElement {
  const [isNarrow, isWide] = [useMedia('(max-width: 40rem)'), useMedia('(min-width: 90rem)')]
  const columns = useMemo(() => {
    const named = isNarrow ? NARROW : MIDDLE
    return columnsOf(actions).filter(({ name }) => isWide || named.includes(name))
  }, [actions, isNarrow, isWide])
  return (
    <DataTable
      label="Deliveries"
      columns={columns}
      rows={rows}
      keyOf={keyOf}
      chosen={chosen}
      onChoose={(row) => onChoose(keyOf(row))}
      onEnd={onEnd}
      className="min-h-0 flex-1"
    />
  )
}

function keyOf({ id }: Attempt): string {
  return String(id)
}
