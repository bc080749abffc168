import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment, type ReactElement } from 'react'
import type { Json } from '../../core/event.ts'
import { api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { buttonClass } from '../ui/button-class.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Tag } from '../ui/Tag.tsx'
import { Time } from '../ui/Time.tsx'
import { PlanFindings } from './PlanFindings.tsx'
import {
  type Property,
  parted,
  propertyProblem,
  type Shape,
  shapeName,
  shareText,
  triggerOf,
} from './schema-view.ts'

const EXAMPLES_SHOWN = 3

type Props = {
  readonly sourceId: string
  readonly shape: Shape
  readonly problem: string | undefined
}

/** One name: when it was seen, what stands in its events, and where to go with it. */
export function SchemaDetail({ sourceId, shape, problem }: Props): ReactElement {
  const { type, name } = shape
  const { data, error, refetch } = useQuery({
    queryKey: ['schema', sourceId, type, name],
    queryFn: ({ signal }) =>
      api('GET /admin/v1/sources/:id/schema', {
        params: { id: sourceId },
        query: { event: name, type },
        signal,
      }),
  })
  const found = data?.events.find((one) => one.name === name)
  return (
    <div className="flex flex-col gap-4 p-4">
      <div>
        <h2 className="flex flex-wrap items-center gap-2 text-lg font-semibold">
          {shapeName(shape)} <Tag>{type}</Tag>
          {shape.planned === false && <Tag isStrong>unplanned</Tag>}
        </h2>
        <p className="text-sm text-muted">
          {shape.count.toLocaleString('en-US')} seen · first <Time at={shape.first} /> · last{' '}
          <Time at={shape.last} />
        </p>
        {problem !== undefined && (
          <p className="mt-1 flex items-center gap-1.5 text-wait">
            <Icon name="warning" /> {problem}
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <Link
          to="/events"
          search={{ source: sourceId, type, ...(name === '' ? {} : { event: name }) }}
          className={buttonClass('normal', 'small')}
        >
          <Icon name="events" /> See these events
        </Link>
      </div>
      <PlanFindings sourceId={sourceId} of={{ type, name }} />
      <UseInTrigger sourceId={sourceId} trigger={triggerOf(shape)} />
      {error !== null ? (
        <ErrorState what="The properties" error={error} onRetry={() => void refetch()} />
      ) : found === undefined ? (
        <Skeleton lines={4} />
      ) : (
        <Properties properties={found.properties ?? []} sampled={found.sampled ?? 0} count={found.count} />
      )}
    </div>
  )
}

type UseInTriggerProps = { readonly sourceId: string; readonly trigger: string }

const JOINS = [
  { how: 'too', text: 'these events too' },
  { how: 'only', text: 'only these' },
] as const

/** The trigger for these events, and the actions that it could stand in. */
function UseInTrigger({ sourceId, trigger }: UseInTriggerProps): ReactElement {
  const destinations = useQuery(queries.destinations()).data?.destinations ?? []
  const connected = destinations.filter(({ sources }) => sources.includes(sourceId))
  return (
    <details className="rounded-lg border border-line px-3 py-2">
      <summary className="font-medium">Use in a trigger</summary>
      <p className="mt-2 flex items-center gap-1 rounded bg-well px-2 py-1">
        <code className="min-w-0 flex-1 break-words">{trigger}</code>
        <CopyButton text={trigger} what="the trigger" label="Copy" />
      </p>
      {connected.length === 0 ? (
        <p className="mt-2 text-sm text-muted">No destination is connected to this source yet.</p>
      ) : (
        <>
          <p className="mt-2 text-sm text-muted">
            Open an action with it. Nothing counts until you save there.
          </p>
          <ul>
            {connected.flatMap(({ id, name, actions }) =>
              actions.map((action) => (
                <li key={`${id} ${action.id}`} className="flex flex-wrap items-center gap-x-3 py-0.5">
                  <span className="min-w-0 flex-1">
                    {name}: {action.name}
                  </span>
                  {JOINS.map(({ how, text }) => (
                    <Link
                      key={how}
                      to="/destinations/$destinationId/actions/$actionId"
                      params={{ destinationId: id, actionId: action.id }}
                      search={{ [how]: trigger }}
                      aria-label={`${name}: ${action.name}: ${text}`}
                      className="link text-sm"
                    >
                      {text}
                    </Link>
                  ))}
                </li>
              )),
            )}
          </ul>
        </>
      )}
    </details>
  )
}

type PropertiesProps = {
  readonly properties: readonly Property[]
  readonly sampled: number
  readonly count: number
}

function Properties({ properties, sampled, count }: PropertiesProps): ReactElement {
  const { own, context } = parted(properties)
  return (
    <>
      {own.length === 0 ? (
        <p className="text-muted">These events hold neither properties nor traits.</p>
      ) : (
        <PropertyTable label="Properties" properties={own} sampled={sampled} />
      )}
      {context.length > 0 && (
        <details>
          <summary className="font-medium">Context, {context.length} places</summary>
          <PropertyTable label="Context" properties={context} sampled={sampled} />
        </details>
      )}
      {sampled < count && (
        <p className="text-sm text-muted">
          Read from {sampled.toLocaleString('en-US')} of them: the first ones, and then one of each few.
        </p>
      )}
    </>
  )
}

type PropertyTableProps = {
  readonly label: string
  readonly properties: readonly Property[]
  readonly sampled: number
}

function PropertyTable({ label, properties, sampled }: PropertyTableProps): ReactElement {
  return (
    <table aria-label={label} className="w-full border-separate border-spacing-0 text-sm">
      <thead>
        <tr className="text-left text-muted">
          {['Property', 'Type', 'In', 'Examples'].map((name) => (
            <th key={name} scope="col" className="border-b border-line py-1 pr-3 font-medium first:pl-2">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {properties.map((property) => (
          <PropertyRow
            key={property.path}
            property={property}
            sampled={sampled}
            problem={propertyProblem(property, properties)}
          />
        ))}
      </tbody>
    </table>
  )
}

type PropertyRowProps = {
  readonly property: Property
  readonly sampled: number
  readonly problem: string | undefined
}

function PropertyRow({ property, sampled, problem }: PropertyRowProps): ReactElement {
  const { path, types, count, examples } = property
  const isFine = problem === undefined
  const cell = `py-1.5 pr-3 align-top first:pl-2 ${isFine ? 'border-b border-line' : 'bg-wait-soft'}`
  return (
    <>
      <tr>
        <th scope="row" className={`${cell} text-left font-mono font-normal`}>
          <Path path={path} />
        </th>
        <td className={cell}>
          {Object.entries(types)
            .toSorted(([, a], [, b]) => b - a)
            .map(([type]) => type)
            .join(', ')}
        </td>
        <td className={`${cell} whitespace-nowrap`}>{shareText(count, sampled)}</td>
        <td className={`${cell} font-mono break-all ${isFine ? 'text-muted' : ''}`}>
          {examples.slice(0, EXAMPLES_SHOWN).map(exampleText).join(', ')}
        </td>
      </tr>
      {problem !== undefined && (
        <tr>
          <td colSpan={4} className="border-b border-line bg-wait-soft px-2 pb-1.5 text-wait">
            <Icon name="warning" size={12} className="mr-1 inline" />
            {problem}
          </td>
        </tr>
      )}
    </>
  )
}

/** May break behind its dots. */
function Path({ path }: { readonly path: string }): ReactElement {
  return (
    <>
      {path.split('.').map((part, index) => (
        <Fragment key={index}>
          {index > 0 && (
            <>
              .<wbr />
            </>
          )}
          {part}
        </Fragment>
      ))}
    </>
  )
}

function exampleText(example: unknown): string {
  return JSON.stringify(example as Json)
}
