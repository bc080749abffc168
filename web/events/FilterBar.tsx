import type { ReactElement, ReactNode } from 'react'
import { CALL_TYPES } from '../../core/event.ts'
import { useSeesPersonal } from '../api/use-may.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { type Choice, Select } from '../ui/Select.tsx'
import type { Filters, SetFilters } from './list-search.ts'
import { TextFilter } from './TextFilter.tsx'

type Props = {
  readonly label: string
  readonly filters: Filters
  readonly onChange: SetFilters
  /** The filters that this list has, beside those of the bar: "Clear" takes them away too. */
  readonly others?: readonly string[]
  /** Further filters. */
  readonly children?: ReactNode
}

const KINDS: readonly Choice[] = [
  { value: '', label: 'All that came in' },
  { value: 'event', label: 'Events' },
  { value: 'refused', label: 'Refused' },
  { value: 'duplicate', label: 'Duplicates' },
]
const TYPES: readonly Choice[] = [
  { value: '', label: 'Any call' },
  ...CALL_TYPES.map((value) => ({ value, label: value })),
]
const OWN = ['kind', 'type', 'event', 'q']

/** What is left out of a list of events. */
export function FilterBar({ label, filters, onChange, others = [], children }: Props): ReactElement {
  const seesPersonal = useSeesPersonal()
  const isFiltered = [...OWN, ...others].some((name) => (filters[name] ?? '') !== '')
  return (
    <search aria-label={label} className="flex flex-wrap items-center gap-2">
      {seesPersonal && (
        <TextFilter
          label="Search in them"
          value={filters['q'] ?? ''}
          onText={(q) => onChange({ q })}
          className="w-full sm:w-52"
          isSearch
        />
      )}
      <Select
        aria-label="Kind"
        value={filters['kind'] ?? ''}
        choices={KINDS}
        onChoice={(kind) => onChange({ kind })}
      />
      <Select
        aria-label="Call"
        value={filters['type'] ?? ''}
        choices={TYPES}
        onChoice={(type) => onChange({ type })}
      />
      <TextFilter label="Event name" value={filters['event'] ?? ''} onText={(event) => onChange({ event })} />
      {children}
      {isFiltered && (
        <Button
          look="quiet"
          onClick={() => onChange(Object.fromEntries([...OWN, ...others].map((name) => [name, ''])))}
        >
          <Icon name="cross" /> Clear
        </Button>
      )}
    </search>
  )
}
