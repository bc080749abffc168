import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { grouped, insideHit, nothingText, type ShownHit, showHit } from '../app/search-hits.ts'
import { searchQuery } from '../app/use-hits.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { useFilters } from './list-search.ts'

/** All that was found for a text, at an address that can be shared. */
export function SearchPage(): ReactElement {
  const [{ q = '' }] = useFilters()
  const asked = q.trim()
  const { data, error, refetch } = useQuery(searchQuery(asked))
  const hits = data?.hits.map(showHit) ?? []
  return (
    <Page title={asked === '' ? 'Search' : `Search: ${asked}`}>
      {asked === '' ? (
        <EmptyState icon="search" title="Nothing is searched for yet">
          Press <kbd>/</kbd> and type a messageId, a person, an event name, a source or a destination.
        </EmptyState>
      ) : error !== null ? (
        <ErrorState what="What was found" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={5} label="Looking…" />
      ) : (
        <div className="flex max-w-3xl flex-col gap-4">
          {hits.length === 0 && (
            <EmptyState icon="search" title="Nothing found">
              {nothingText(asked)} Ids are compared whole, as they were sent.
            </EmptyState>
          )}
          {grouped([...hits, insideHit(asked)]).map(({ group, hits: those }) => (
            <section key={group} aria-label={group}>
              <h2 className="mb-1 text-sm text-muted">{group}</h2>
              <ul className="panel overflow-hidden">
                {those.map(([, hit]) => (
                  <Hit key={hit.key} hit={hit} />
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
    </Page>
  )
}

function Hit({ hit: { icon, text, note, link } }: { readonly hit: ShownHit }): ReactElement {
  return (
    <li className="border-b border-line last:border-b-0">
      <Link {...link} className="flex items-center gap-2 px-3 py-2 -outline-offset-2 hover:bg-hover">
        <Icon name={icon} className="text-muted" />
        <span className="min-w-0 flex-1 truncate">{text}</span>
        <span className="truncate text-sm text-muted">{note}</span>
      </Link>
    </li>
  )
}
