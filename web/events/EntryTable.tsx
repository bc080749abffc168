import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactElement, type ReactNode, useMemo, useState } from 'react'
import { type Column, DataTable } from '../ui/DataTable.tsx'
import { exactText } from '../ui/format.ts'
import { StateBadge } from '../ui/StateBadge.tsx'
import { Tag } from '../ui/Tag.tsx'
import { Time } from '../ui/Time.tsx'
import { useWide } from '../ui/use-wide.ts'
import { useZone } from '../ui/zone.ts'
import { addressParam, type Entry, messageIdOf, personOf, summaryOf, titleOf } from './entry.ts'
import { refusalWords } from './refusal-advice.ts'

const ROW_PX = 32
/** With a second line that says why, and what to do. */
const EXPLAINED_PX = 54
/** Where it is narrow, in two lines. */
const NARROW_EXPLAINED_PX = 74
const WIDE_PX = 768
const RECENT_MS = 43_200_000

type Props = {
  readonly label: string
  readonly rows: readonly Entry[]
  /** By id; the source is a column when they are given. */
  readonly sourceNames?: ReadonlyMap<string, string>
  readonly onEnd?: (() => void) | undefined
  readonly onScroll?: (offset_px: number) => void
  readonly className?: string
  readonly footer?: ReactNode
}

/** Whatever came in, a row each; a row opens what happened to it. */
export function EntryTable({ sourceNames, ...rest }: Props): ReactElement {
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<string>()
  const isWide = useWide(WIDE_PX)
  const columns = useMemo(() => columnsOf(isWide, sourceNames), [isWide, sourceNames])
  return (
    <DataTable
      {...rest}
      columns={columns}
      keyOf={({ address }) => address}
      row_px={ROW_PX}
      heightOf_px={({ kind }) => (kind === 'event' ? ROW_PX : isWide ? EXPLAINED_PX : NARROW_EXPLAINED_PX)}
      rowClass={({ kind }) => (kind === 'event' ? undefined : 'bg-wait-soft')}
      chosen={chosen}
      onChoose={({ address }) => setChosen(address)}
      onOpen={(entry) => void navigate({ to: '/events/$address', params: { address: addressParam(entry) } })}
      isOpenedByClick
    />
  )
}

function columnsOf(
  isWide: boolean,
  sourceNames: ReadonlyMap<string, string> | undefined,
): readonly Column<Entry>[] {
  const time: Column<Entry> = {
    name: 'Time',
    width: '5rem',
    cell: ({ receivedAt }) => <Received at={receivedAt} />,
  }
  const what: Column<Entry> = {
    name: 'What',
    width: 'minmax(0, 4fr)',
    cell: (entry) => <What entry={entry} />,
  }
  if (!isWide) return [time, what]
  return [
    time,
    what,
    { name: 'Person', width: 'minmax(0, 1.5fr)', cell: (entry) => personOf(entry) ?? <None /> },
    ...(sourceNames === undefined ? [] : [sourceColumn(sourceNames)]),
    {
      name: 'messageId',
      width: 'minmax(0, 1.2fr)',
      cell: (entry) => <span className="font-mono text-xs text-muted">{messageIdOf(entry) ?? ''}</span>,
    },
  ]
}

/** The time of day, or the day when it is not of these hours. */
function Received({ at }: { readonly at: string }): ReactElement {
  const zone = useZone()
  const time_ms = Date.parse(at)
  if (Date.now() - time_ms < RECENT_MS) return <Time at={at} as="clock" />
  const exact = exactText(time_ms, zone)
  return (
    <time dateTime={at} title={exact} className="whitespace-nowrap">
      {exact.slice(5, 16)}
    </time>
  )
}

function sourceColumn(names: ReadonlyMap<string, string>): Column<Entry> {
  return {
    name: 'Source',
    width: 'minmax(0, 1fr)',
    cell: ({ sourceId }) => names.get(sourceId) ?? sourceId,
  }
}

function None(): ReactElement {
  return <span className="text-muted">–</span>
}

function What({ entry }: { readonly entry: Entry }): ReactElement {
  const words = refusalWords(entry)
  const type = entry.kind === 'event' ? entry.event.type : undefined
  return (
    <>
      <span className="flex items-center gap-2">
        <Link
          to="/events/$address"
          params={{ address: addressParam(entry) }}
          tabIndex={-1}
          preload={false}
          className="max-w-full min-w-0 shrink truncate font-medium hover:underline md:max-w-[65%] md:shrink-0"
          onClick={(event) => event.stopPropagation()}
        >
          {titleOf(entry)}
        </Link>
        {type !== undefined && <Tag>{type}</Tag>}
        {entry.kind !== 'event' && <StateBadge state={entry.kind} />}
        <span className="hidden min-w-0 shrink-[9] truncate text-muted md:inline">{summaryOf(entry)}</span>
      </span>
      {words !== undefined && (
        <span
          className="line-clamp-2 whitespace-normal text-wait md:line-clamp-1"
          title={`${words.why} ${words.advice}`}
        >
          {words.why} {words.advice}
        </span>
      )}
    </>
  )
}
