import type { ReactElement } from 'react'
import { DestinationCard, SourceCard } from './Cards.tsx'
import { ConnectionDetail } from './ConnectionDetail.tsx'
import type { ConnectionsView } from './connection-view.ts'

/** The same as the diagram, below each other, where there is no room for lines. */
export function ConnectionList({ view }: { readonly view: ConnectionsView }): ReactElement {
  const { sources, destinations, connections } = view
  return (
    <div className="flex flex-col gap-6">
      <section aria-labelledby="list-sources">
        <h2 id="list-sources" className="mb-2 text-sm font-semibold text-muted">
          Sources
        </h2>
        <ul className="flex flex-col gap-2">
          {sources.map((source) => (
            <li key={source.id}>
              <SourceCard source={source} />
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="list-destinations">
        <h2 id="list-destinations" className="mb-2 text-sm font-semibold text-muted">
          Destinations
        </h2>
        <ul className="flex flex-col gap-2">
          {destinations.map((destination) => (
            <li key={destination.id}>
              <DestinationCard destination={destination} />
            </li>
          ))}
        </ul>
      </section>
      {connections.length > 0 && (
        <section aria-labelledby="list-connections">
          <h2 id="list-connections" className="mb-2 text-sm font-semibold text-muted">
            Between them
          </h2>
          <ul className="panel flex flex-col divide-y divide-line">
            {connections.map((connection) => (
              <li key={connection.key} className="p-3">
                <ConnectionDetail connection={connection} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
