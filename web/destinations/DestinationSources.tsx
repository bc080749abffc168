import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useId } from 'react'
import { type Answer, api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { buttonClass } from '../ui/button-class.ts'
import { Count } from '../ui/Count.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { ForThose } from '../ui/ForThose.tsx'
import { Icon } from '../ui/Icon.tsx'
import { SourceTile } from '../ui/KindTile.tsx'
import { SOURCE_LOOKS } from '../ui/kind-look.ts'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Switch } from '../ui/Switch.tsx'
import { useDestination, useKind } from './destination.ts'
import { useSave } from './use-save.ts'

type Source = Answer<'GET /admin/v1/sources'>['sources'][number]

/** Whose events come here; those that cannot be connected are named, with the reason. */
export function DestinationSources(): ReactElement {
  const { name, label } = useDestination()
  const kind = useKind()
  const { data, error, refetch } = useQuery(queries.sources())
  if (error !== null) return <ErrorState what="The sources" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton />
  const usable = data.sources.filter((source) => kind?.sourceKinds.includes(source.kind) ?? true)
  const others = data.sources.filter((source) => !usable.includes(source))
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      {usable.length === 0 ? (
        <div className="panel">
          <EmptyState
            icon="sources"
            title="There is no source that can be connected"
            action={<AddSource />}
          />
        </div>
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-3">
            <p className="min-w-64 flex-1 text-muted">
              Events of connected sources come to {name} from the moment they are connected. Earlier ones can
              be sent by a replay.
            </p>
            <AddSource />
          </div>
          <ul aria-label="Sources that can be connected" className="panel divide-y divide-line">
            {usable.map((source) => (
              <SourceRow key={source.id} source={source} />
            ))}
          </ul>
        </>
      )}
      {others.length > 0 && (
        <section aria-labelledby="unusable">
          <h2 id="unusable" className="font-semibold">
            Cannot be connected
          </h2>
          <p className="mb-2 text-muted">
            {kind?.name} {label} sends from the page itself, so only JavaScript sources can be connected.
            Connect these to the Heap destination that goes through Millrace.
          </p>
          <ul className="panel divide-y divide-line">
            {others.map(({ id, name: other, kind: sourceKind }) => (
              <li key={id} className="flex items-center gap-3 px-4 py-2 text-muted">
                <SourceTile kind={sourceKind} />
                <span className="min-w-0 flex-1 wrap-anywhere">{other}</span>
                <span className="text-sm whitespace-nowrap">{SOURCE_LOOKS[sourceKind].name} source</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function AddSource(): ReactElement {
  return (
    <ForThose
      needs="edit"
      link={
        <Link to="/sources/new" className={buttonClass()}>
          <Icon name="plus" /> Add source
        </Link>
      }
    >
      Add source
    </ForThose>
  )
}

function SourceRow({ source }: { readonly source: Source }): ReactElement {
  const { id, name, sources, mode } = useDestination()
  const save = useSave()
  const labelId = useId()
  const isOn = sources.includes(source.id)
  function toggle(connect: boolean): void {
    const others = sources.filter((one) => one !== source.id)
    const next = connect ? [...others, source.id] : others
    void save({
      said: connect ? `${source.name} now sends to ${name}.` : `${source.name} no longer sends to ${name}.`,
      ask: () => api('PATCH /admin/v1/destinations/:id', { params: { id }, body: { sources: [...next] } }),
      optimistic: { sources: next },
    })
  }
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
      <Switch needs="edit" isOn={isOn} onChange={toggle} id={labelId} label={`${source.name} connected`} />
      <SourceTile kind={source.kind} />
      <span className="min-w-40 flex-1 wrap-anywhere">
        <Link
          to="/sources/$sourceId"
          params={{ sourceId: source.id }}
          className="font-semibold hover:underline"
        >
          {source.name}
        </Link>
        <span className="block text-sm text-muted">{SOURCE_LOOKS[source.kind].name}</span>
      </span>
      <span className="text-sm text-muted">
        {!isOn ? 'not connected' : mode === 'web' ? 'connected, in its pages' : <Flow source={source.id} />}
      </span>
    </li>
  )
}

/** What came along this connection in the last hour. */
function Flow({ source }: { readonly source: string }): ReactElement {
  const { id } = useDestination()
  const rates = useQuery(queries.rates()).data
  const flow = rates?.connections.find((one) => one.source === source && one.destination === id)
  if (flow === undefined) return <>connected</>
  return (
    <>
      <Count of={flow.read} /> events in the last hour
      {flow.discarded > 0 && (
        <>
          , <Count of={flow.discarded} /> of them discarded
        </>
      )}
      {flow.filtered > 0 && (
        <>
          , <Count of={flow.filtered} /> filtered
        </>
      )}
    </>
  )
}
