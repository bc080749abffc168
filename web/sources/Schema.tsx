import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { useFilters } from '../events/list-search.ts'
import { TextFilter } from '../events/TextFilter.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { Count } from '../ui/Count.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Select } from '../ui/Select.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { SplitPane } from '../ui/SplitPane.tsx'
import { Tag } from '../ui/Tag.tsx'
import { Time } from '../ui/Time.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { PlanFindings } from './PlanFindings.tsx'
import { SchemaDetail } from './SchemaDetail.tsx'
import { nameProblem, type Shape, SORTS, type Sort, shapeName, shownShapes } from './schema-view.ts'

const LOOK_EVERY_MS = 10_000
const SORT_NAMES: Readonly<Record<Sort, string>> = {
  last: 'Last seen first',
  count: 'Most frequent first',
  name: 'By name',
  first: 'Newest names first',
}

/** What a source sends: the names of its events, and what stands in them. */
export function Schema(): ReactElement {
  const { sourceId } = useParams({ from: '/sources/$sourceId' })
  const [{ q = '', sort: asked, event, type }, setFilters] = useFilters()
  const sort = SORTS.find((one) => one === asked) ?? 'last'
  const { data, error, refetch } = useQuery({
    queryKey: ['schema', sourceId],
    queryFn: ({ signal }) =>
      api('GET /admin/v1/sources/:id/schema', { params: { id: sourceId }, query: {}, signal }),
    refetchInterval: LOOK_EVERY_MS,
  })
  if (error !== null && data === undefined) {
    return <ErrorState what="The schema" error={error} onRetry={() => void refetch()} />
  }
  if (data === undefined) return <Skeleton lines={8} />
  if (data.events.length === 0) return <NoShapes sourceId={sourceId} />
  const shown = shownShapes(data.events, q, sort)
  const chosen = data.events.find((one) => one.type === type && one.name === (event ?? ''))
  return (
    <div className="flex flex-col gap-4">
      <search aria-label="Find event names" className="flex flex-wrap items-center gap-2">
        <TextFilter
          label="Search names"
          value={q}
          onText={(text) => setFilters({ q: text })}
          className="w-full sm:w-64"
          isSearch
        />
        <Select
          aria-label="Order"
          value={sort}
          choices={SORTS.map((value) => ({ value, label: SORT_NAMES[value] }))}
          onChoice={(value) => setFilters({ sort: value === 'last' ? '' : value })}
        />
        <span role="status" className="text-sm text-muted">
          {shown.length === data.events.length
            ? `${data.events.length} names`
            : `${shown.length} of ${data.events.length} names`}
        </span>
      </search>
      {chosen === undefined && <PlanFindings sourceId={sourceId} />}
      <SplitPane
        detailLabel="The chosen name"
        onBack={() => setFilters({ event: '', type: '' })}
        list={
          <ShapeList
            shown={shown}
            all={data.events}
            other={data.other}
            q={q}
            chosen={chosen === undefined ? undefined : keyOf(chosen)}
            onChoose={(shape) => setFilters({ event: shape.name, type: shape.type })}
          />
        }
        detail={
          chosen === undefined ? undefined : (
            <SchemaDetail
              key={keyOf(chosen)}
              sourceId={sourceId}
              shape={chosen}
              problem={nameProblem(chosen, data.events)}
            />
          )
        }
      />
    </div>
  )
}

type ShapeListProps = {
  readonly shown: readonly Shape[]
  readonly all: readonly Shape[]
  /** How many events have names that are not kept apart. */
  readonly other: number
  readonly q: string
  readonly chosen: string | undefined
  readonly onChoose: (shape: Shape) => void
}

function ShapeList({ shown, all, other, q, chosen, onChoose }: ShapeListProps): ReactElement {
  return (
    <div className="flex h-full min-h-96 flex-col">
      {shown.length === 0 ? (
        <p className="p-6 text-center text-muted">No name holds “{q}”.</p>
      ) : (
        <VirtualList
          label="Event names"
          rows={shown}
          keyOf={keyOf}
          row_px={52}
          chosen={chosen}
          onChoose={onChoose}
          render={(shape) => <ShapeRow shape={shape} problem={nameProblem(shape, all)} />}
          className="h-[max(20rem,calc(100vh-17rem))] lg:h-auto lg:flex-1"
        />
      )}
      {other > 0 && (
        <p className="border-t border-line px-3 py-2 text-sm text-muted">
          And <Count of={other} /> events of further names: there are more names than are kept apart. Names
          that hold ids or dates do that.
        </p>
      )}
    </div>
  )
}

function keyOf({ type, name }: Shape): string {
  return `${type} ${name}`
}

type ShapeRowProps = { readonly shape: Shape; readonly problem: string | undefined }

function ShapeRow({ shape, problem }: ShapeRowProps): ReactElement {
  return (
    <div className="flex min-w-0 flex-1 items-center gap-3">
      <div className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{shapeName(shape)}</span>
          <Tag>{shape.type}</Tag>
          {shape.planned === false && <Tag isStrong>unplanned</Tag>}
        </span>
        {problem === undefined ? (
          <span className="block truncate text-sm text-muted">
            first <Time at={shape.first} />
          </span>
        ) : (
          <span className="flex items-center gap-1 text-sm text-wait">
            <Icon name="warning" size={12} />
            <span className="truncate">{problem}</span>
          </span>
        )}
      </div>
      <div className="text-right">
        <Count of={shape.count} />
        <span className="block text-sm text-muted">
          <Time at={shape.last} />
        </span>
      </div>
    </div>
  )
}

function NoShapes({ sourceId }: { readonly sourceId: string }): ReactElement {
  return (
    <EmptyState
      icon="catalogue"
      title="Nothing is known of this source's events yet"
      action={
        <Link to="/sources/$sourceId/set-up" params={{ sourceId }} className={buttonClass('primary')}>
          Set it up
        </Link>
      }
    >
      The names of its events and what stands in them appear here some seconds after they came in.
    </EmptyState>
  )
}
