import type { ReactElement } from 'react'
import type { Answer } from '../../api/api.ts'
import { Time } from '../../ui/Time.tsx'

type Found = Answer<'POST /admin/v1/persons/find'>

/** What there is of a person: by source, by destination, and by which ids it was found. */
export function FoundPerson({ found }: { readonly found: Found }): ReactElement {
  const { events, first, last, sources, destinations, ids, shared, whole, suppressed } = found
  const known = [...ids.userIds, ...ids.anonymousIds, ...ids.emails]
  return (
    <div className="flex flex-col gap-2">
      <p>
        <strong>{events.toLocaleString('en-US')} events</strong>
        {first !== undefined && last !== undefined && (
          <>
            {' '}
            from <Time at={first} /> to <Time at={last} />
          </>
        )}
        {whole ? '.' : '. The log is large: there may be more, and a deletion finds them all.'}
        {suppressed && ' Their events are refused already.'}
      </p>
      <ul className="text-sm">
        {sources.map(({ source, events: count }) => (
          <li key={source}>
            {count.toLocaleString('en-US')} from {source}
          </li>
        ))}
        {destinations.map(({ destination, attempts, deadLetters, parked }) => (
          <li key={destination}>
            {destination}: {attempts} requests, {deadLetters} dead letters, {parked} waiting
          </li>
        ))}
      </ul>
      <p className="text-sm text-muted">
        Known as{' '}
        {known.map((id) => (
          <code key={id} className="mr-1.5">
            {id}
          </code>
        ))}
      </p>
      {shared.length > 0 && (
        <p className="text-sm text-wait">
          Used by several people: {shared.join(', ')}. What was done there while nobody was signed in counts
          as this person’s.
        </p>
      )}
    </div>
  )
}
