import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

export type Filters = Readonly<Record<string, string>>
/** An empty text takes a filter away. */
export type SetFilters = (change: Filters) => void

/** The filters of a list, which stand in the page's address; a change of them is no new step to go back over. */
export function useFilters(): readonly [filters: Filters, set: SetFilters] {
  const filters = useSearch({ strict: false }) as Filters
  const navigate = useNavigate()
  const set = useCallback(
    (change: Filters) => {
      const search = (was: Filters) => given({ ...was, ...change })
      void navigate({ to: '.', search: search as never, replace: true, resetScroll: false })
    },
    [navigate],
  )
  return [filters, set]
}

export function given(filters: Filters): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''))
}

/** Those of these names that are given. */
export function pick<Name extends string>(
  filters: Filters,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = filters[name]
    if (value !== undefined && value !== '') found[name] = value
  }
  return found
}
