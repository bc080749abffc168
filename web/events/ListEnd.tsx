import type { ReactElement } from 'react'
import { Button } from '../ui/Button.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import { Time } from '../ui/Time.tsx'
import { type EventPages, ROWS_MAX } from './use-event-pages.ts'

type Props = { readonly pages: EventPages; readonly isFiltered: boolean }

/** What stands below the last row of a list of events: what is being looked for, or why there is no more. */
export function ListEnd({ pages, isFiltered }: Props): ReactElement | null {
  const { rows, isLoaded, isMoreLoading, hasMore, searchedTo, isFull, error } = pages
  return (
    <div role="status" className="flex min-h-9 items-center gap-3 px-3 py-2 text-sm text-muted">
      {error !== null ? (
        <>
          <span className="text-bad">{errorText(error)}</span>
          <Button size="small" onClick={pages.more}>
            Try again
          </Button>
        </>
      ) : !isLoaded || isMoreLoading ? (
        'Looking further back…'
      ) : isFull ? (
        `${ROWS_MAX.toLocaleString('en-US')} rows are shown. Narrow the filters to see what is older.`
      ) : hasMore && searchedTo !== undefined ? (
        <>
          <span>
            Searched back to <Time at={searchedTo} as="exact" />.
          </span>
          <Button size="small" onClick={pages.more}>
            Search further back
          </Button>
        </>
      ) : hasMore ? null : rows.length > 0 ? (
        isFiltered ? (
          'Nothing older fits the filters.'
        ) : (
          'The log holds nothing older.'
        )
      ) : null}
    </div>
  )
}
