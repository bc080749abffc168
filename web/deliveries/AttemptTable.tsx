import type { ReactElement } from 'react'
import { type Column, DataTable } from '../ui/DataTable.tsx'
import { spanText } from '../ui/format.ts'
import { Time } from '../ui/Time.tsx'
import type { Attempt } from './attempts-query.ts'
import { OutcomeBadge } from './OutcomeBadge.tsx'

type Props = {
  readonly rows: readonly Attempt[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
  readonly onEnd: () => void
}

const COLUMNS: readonly Column<Attempt>[] = [
  { name: 'Time', width: '4.5rem', cell: ({ startedAt }) => <Time at={startedAt} as="clock" /> },
  {
    name: 'Event',
    width: 'minmax(6rem, 3fr)',
    cell: ({ first, events }) => (
      <>
        {first?.name ?? '(no longer in the log)'}
        {events > 1 && <span className="text-muted"> +{(events - 1).toLocaleString('en-US')}</span>}
      </>
    ),
  },
  { name: 'Person', width: 'minmax(4rem, 2fr)', cell: ({ first }) => first?.person ?? '–' },
  {
    name: 'To',
    width: 'minmax(4rem, 2fr)',
    cell: ({ method, url }) => (
      <span title={`${method} ${url}`} className="text-muted">
        {pathOf(url)}
      </span>
    ),
  },
  { name: 'Outcome', width: '7.5rem', cell: ({ outcome }) => <OutcomeBadge outcome={outcome} /> },
  { name: 'Status', width: '3rem', isNumber: true, cell: ({ status }) => status ?? '–' },
  { name: 'Took', width: '3.75rem', isNumber: true, cell: ({ duration_ms }) => spanText(duration_ms) },
]

export function AttemptTable({ rows, chosen, onChoose, onEnd }: Props): ReactElement {
  return (
    <DataTable
      label="Deliveries"
      columns={COLUMNS}
      rows={rows}
      keyOf={keyOf}
      chosen={chosen}
      onChoose={(row) => onChoose(keyOf(row))}
      onEnd={onEnd}
      className="h-96 min-h-0 flex-1 lg:h-auto"
    />
  )
}

function keyOf({ id }: Attempt): string {
  return String(id)
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url
}
