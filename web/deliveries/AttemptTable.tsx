import type { ReactElement } from 'react'
import { type Column, DataTable } from '../ui/DataTable.tsx'
import { spanText } from '../ui/format.ts'
import { Time } from '../ui/Time.tsx'
import { useMedia } from '../ui/use-media.ts'
import type { Attempt } from './attempts-query.ts'
import { OutcomeBadge } from './OutcomeBadge.tsx'

type Props = {
  readonly rows: readonly Attempt[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
  readonly onEnd: () => void
}

const COLUMNS: readonly Column<Attempt>[] = [
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
  { name: 'Person', width: 'minmax(4rem, 2fr)', cell: ({ first }) => first?.person ?? '–' },
  { name: 'Outcome', width: '6.75rem', cell: ({ outcome }) => <OutcomeBadge outcome={outcome} /> },
  { name: 'Status', width: '2.75rem', isNumber: true, cell: ({ status }) => status ?? '–' },
  { name: 'Took', width: '3.5rem', isNumber: true, cell: ({ duration_ms }) => spanText(duration_ms) },
]

/** What a phone has room for; the rest is one touch away. */
const NARROW = COLUMNS.filter(({ name }) => ['Time', 'Event', 'Outcome'].includes(name))

export function AttemptTable({ rows, chosen, onChoose, onEnd }: Props): ReactElement {
  const isNarrow = useMedia('(max-width: 40rem)')
  return (
    <DataTable
      label="Deliveries"
      columns={isNarrow ? NARROW : COLUMNS}
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
