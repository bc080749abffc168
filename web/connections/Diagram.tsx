import { type ReactElement, useRef, useState } from 'react'
import { classNames } from '../ui/class-names.ts'
import { toneOf } from '../ui/StateBadge.tsx'
import { DestinationCard, SourceCard } from './Cards.tsx'
import { ConnectionPill, pillWidth } from './ConnectionPill.tsx'
import type { ConnectionsView, ConnectionView } from './connection-view.ts'
import { curvePath, lineWidth, type Point, placePills } from './curve.ts'
import { type Anchors, useAnchors } from './use-anchors.ts'

const STROKES = { good: 'stroke-good', wait: 'stroke-wait', bad: 'stroke-bad', off: 'stroke-edge' }

/** Sources left, destinations right, and what flows between them. */
export function Diagram({ view }: { readonly view: ConnectionsView }): ReactElement {
  const { sources, destinations, connections } = view
  const container = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string>()
  const anchors = useAnchors(container, [...sources, ...destinations].map(({ id }) => id).join(' '))
  const wired = connections.flatMap((connection) => {
    const ends = endsOf(connection, anchors)
    return ends === undefined ? [] : [{ connection, ...ends, pillWidth: pillWidth(connection) }]
  })
  const places = placePills(wired)
  return (
    <div
      ref={container}
      className="relative grid grid-cols-[minmax(15rem,21rem)_minmax(11rem,1fr)_minmax(17rem,24rem)]"
    >
      <Lines connections={connections} anchors={anchors} active={active} />
      <ul aria-label="Sources" className="z-10 flex flex-col gap-3 self-center">
        {sources.map((source) => (
          <li
            key={source.id}
            data-anchor={`source ${source.id}`}
            onPointerEnter={() => setActive(source.id)}
            onPointerLeave={() => setActive(undefined)}
          >
            <SourceCard source={source} />
          </li>
        ))}
      </ul>
      <ul aria-label="Connections">
        {wired.map(({ connection }, index) => (
          <li key={connection.key}>
            <ConnectionPill
              connection={connection}
              at={places[index] as Point}
              onActive={(isActive) => setActive(isActive ? connection.key : undefined)}
            />
          </li>
        ))}
      </ul>
      <ul aria-label="Destinations" className="z-10 flex flex-col gap-3 self-center">
        {destinations.map((destination) => (
          <li
            key={destination.id}
            data-anchor={`destination ${destination.id}`}
            onPointerEnter={() => setActive(destination.id)}
            onPointerLeave={() => setActive(undefined)}
          >
            <DestinationCard destination={destination} />
          </li>
        ))}
      </ul>
    </div>
  )
}

type LinesProps = {
  readonly connections: readonly ConnectionView[]
  readonly anchors: Anchors
  readonly active: string | undefined
}

/** Only drawn: what they say is in the pills. */
function Lines({ connections, anchors, active }: LinesProps): ReactElement {
  return (
    <svg aria-hidden="true" className="pointer-events-none absolute inset-0 size-full" fill="none">
      {connections.map((connection) => {
        const { key, source, destination, state, counts } = connection
        const ends = endsOf(connection, anchors)
        if (ends === undefined) return null
        const isDim = active !== undefined && ![key, source.id, destination.id].includes(active)
        const isMoving = state === 'flowing' || state === 'in pages' || state === 'failing'
        const path = curvePath(ends.from, ends.to)
        return (
          <g
            key={key}
            className={classNames('transition-opacity', STROKES[toneOf(state)], isDim && 'opacity-20')}
            strokeWidth={lineWidth((counts?.read ?? 0) / 60)}
          >
            <path d={path} opacity={isMoving ? 0.45 : 0.8} strokeDasharray={isMoving ? undefined : '2 6'} />
            {isMoving && <path d={path} className="flows" strokeLinecap="round" />}
          </g>
        )
      })}
    </svg>
  )
}

function endsOf(
  { source, destination }: ConnectionView,
  anchors: Anchors,
): { readonly from: Point; readonly to: Point } | undefined {
  const from = anchors.get(`source ${source.id}`)?.right
  const to = anchors.get(`destination ${destination.id}`)?.left
  return from === undefined || to === undefined ? undefined : { from, to }
}
