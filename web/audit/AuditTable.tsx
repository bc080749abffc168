import { type ReactElement, useMemo } from 'react'
import { type Column, DataTable } from '../ui/DataTable.tsx'
import { Time } from '../ui/Time.tsx'
import { useMedia } from '../ui/use-media.ts'
import type { Entry } from './audit-query.ts'
import { OutcomeText } from './OutcomeText.tsx'
import { whatWords } from './what-words.ts'

type Props = {
  readonly rows: readonly Entry[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
  readonly onEnd: () => void
}

const COLUMNS: readonly Column<Entry>[] = [
  { name: 'Time', width: '5.5rem', cell: ({ at }) => <Time at={at} /> },
  { name: 'Who', width: 'minmax(4rem, 2fr)', cell: ({ who }) => who.name },
  { name: 'What', width: 'minmax(6rem, 4fr)', cell: ({ what }) => whatWords(what) },
  {
    name: 'Of',
    width: 'minmax(4rem, 2fr)',
    cell: ({ of }) => (of === undefined ? '–' : `${of.type} ${of.id}`),
  },
  { name: 'Outcome', width: 'minmax(3.5rem, 2fr)', cell: ({ outcome }) => <OutcomeText outcome={outcome} /> },
]
const NARROW = ['Who', 'What', 'Outcome']

export function AuditTable({ rows, chosen, onChoose, onEnd }: Props): ReactElement {
  const isNarrow = useMedia('(max-width: 40rem)')
  const columns = useMemo(() => COLUMNS.filter(({ name }) => !isNarrow || NARROW.includes(name)), [isNarrow])
  return (
    <DataTable
      label="Audit log"
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

function keyOf({ id }: Entry): string {
  return String(id)
}
