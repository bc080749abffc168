import { Link } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import type { Json } from '../../core/event.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import { Time } from '../ui/Time.tsx'
import type { Entry } from './entry.ts'

const IDS_MAX = 8

type Props = { readonly person: string; readonly rows: readonly Entry[] }

/** Who this is, as far as the events tell that are shown: other ids, and what the newest identify call said. */
export function PersonSummary({ person, rows }: Props): ReactElement {
  const { others, traits, traitsAt } = useMemo(() => told(person, rows), [person, rows])
  return (
    <section aria-label="Person" className="panel grid gap-4 p-4 md:grid-cols-2">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] content-start gap-x-4 gap-y-1">
        <dt className="text-muted">Id</dt>
        <dd className="flex items-center gap-1 break-all">
          {person} <CopyButton text={person} what="the id" />
        </dd>
        {others.length > 0 && <dt className="text-muted">Also known as</dt>}
        {others.map((other) => (
          <dd key={other} className="col-start-2 break-all">
            <Link to="/events" search={{ person: other }} className="link">
              {other}
            </Link>
          </dd>
        ))}
        {rows[0] !== undefined && (
          <>
            <dt className="text-muted">Last seen</dt>
            <dd>
              <Time at={rows[0].receivedAt} />
            </dd>
          </>
        )}
      </dl>
      <div>
        {traits === undefined ? (
          <p className="text-muted">
            None of the events below is an identify call: nothing is told of this person.
          </p>
        ) : (
          <>
            <p className="text-sm text-muted">
              As told <Time at={traitsAt} />
            </p>
            <JsonTree label="Traits" value={traits} openDepth={1} />
          </>
        )}
      </div>
    </section>
  )
}

function told(person: string, rows: readonly Entry[]) {
  const events = rows.flatMap((entry) => (entry.kind === 'event' ? [entry] : []))
  const ids = events.flatMap(({ event: { userId, anonymousId } }) => [userId, anonymousId])
  const others = [...new Set(ids)].filter((id) => id !== undefined && id !== person).slice(0, IDS_MAX)
  const newest = events.find(({ event }) => event.type === 'identify' && event.traits !== undefined)
  const traits = newest?.event.type === 'identify' ? (newest.event.traits as Json) : undefined
  return { others: others as readonly string[], traits, traitsAt: newest?.receivedAt ?? '' }
}
