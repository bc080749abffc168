import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { queries } from '../../api/queries.ts'
import { LinkedDestination } from '../../destinations/LinkedDestination.tsx'
import { buttonClass } from '../../ui/button-class.ts'
import { ForThose } from '../../ui/ForThose.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Part } from './Part.tsx'
import type { Source } from './RenameSource.tsx'

/** Where the events of a source go. */
export function SourceDestinations({ source: { id } }: { readonly source: Source }): ReactElement {
  const all = useQuery(queries.destinations()).data?.destinations
  const connected = all?.filter(({ sources }) => sources.includes(id))
  return (
    <Part
      title="Connected destinations"
      action={
        <ForThose
          needs="edit"
          size="small"
          link={
            <Link to="/catalogue" search={{ source: id }} className={buttonClass('normal', 'small')}>
              <Icon name="plus" /> Connect another
            </Link>
          }
        >
          Connect another
        </ForThose>
      }
    >
      {connected === undefined ? (
        <p className="text-muted">Loading…</p>
      ) : connected.length === 0 ? (
        <p className="text-muted">None: its events are kept here and go nowhere.</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {connected.map((one) => (
            <LinkedDestination key={one.id} destination={one} />
          ))}
        </ul>
      )}
    </Part>
  )
}
