import type { ReactElement } from 'react'
import type { Filters, SetFilters } from '../events/list-search.ts'
import { TextFilter } from '../events/TextFilter.tsx'
import { TimeFilter } from '../events/TimeFilter.tsx'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Select } from '../ui/Select.tsx'
import { FILTERS } from './audit-query.ts'
import { WHAT_CHOICES, whatWords } from './what-words.ts'

const OUTCOMES = [
  { value: '', label: 'However it ended' },
  { value: 'ok', label: 'Done' },
  { value: 'refused', label: 'Not done' },
  { value: 'unfinished', label: 'Unfinished' },
] as const
const TYPES = [
  { value: '', label: 'Of anything' },
  ...['source', 'destination', 'person', 'invitation', 'token'].map((value) => ({ value, label: value })),
]

type Props = { readonly filters: Filters; readonly onChange: SetFilters }

/** Who, what, of what, how it ended, and when. */
export function AuditFilters({ filters, onChange }: Props): ReactElement {
  const text = (name: string) => filters[name] ?? ''
  const what = text('what')
  const isListed = WHAT_CHOICES.some(({ value }) => value === what)
  return (
    <search aria-label="What is shown of the audit log" className="flex flex-wrap items-center gap-2">
      <TextFilter label="Who" value={text('who')} onText={(who) => onChange({ who })} />
      <Select
        aria-label="What"
        value={what}
        choices={isListed ? WHAT_CHOICES : [...WHAT_CHOICES, { value: what, label: whatWords(what) }]}
        onChoice={(value) => onChange({ what: value })}
      />
      <Select
        aria-label="Of what"
        value={text('type')}
        choices={TYPES}
        onChoice={(type) => onChange({ type })}
      />
      <TextFilter label="Its id" value={text('of')} onText={(of) => onChange({ of })} />
      <Select
        aria-label="Outcome"
        value={text('outcome')}
        choices={OUTCOMES}
        onChoice={(outcome) => onChange({ outcome })}
      />
      <TimeFilter filters={filters} onChange={onChange} label="When" />
      {FILTERS.some((name) => text(name) !== '') && (
        <Button look="quiet" onClick={() => onChange(Object.fromEntries(FILTERS.map((name) => [name, ''])))}>
          <Icon name="cross" /> Clear
        </Button>
      )}
    </search>
  )
}
