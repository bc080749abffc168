import { type ReactElement, useEffect, useId, useState } from 'react'
import { useSeesPersonal } from '../api/use-may.ts'
import { Button } from '../ui/Button.tsx'
import { exactText } from '../ui/format.ts'
import { Select } from '../ui/Select.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { useZone } from '../ui/zone.ts'
import type { ActionNames } from './AttemptTable.tsx'
import { FILTERS, type Filters } from './attempts-query.ts'
import { OUTCOME_LOOKS } from './outcomes.ts'

type Props = { readonly filters: Filters; readonly onChange: (filters: Filters) => void }
type AllProps = Props & { readonly actions: ActionNames }

const ANY = { value: '', label: 'Any' }
const OUTCOMES = [ANY, ...Object.entries(OUTCOME_LOOKS).map(([value, { text }]) => ({ value, label: text }))]
const STATUSES = [
  ANY,
  { value: '2xx', label: '2xx' },
  { value: '4xx', label: '4xx' },
  { value: '429', label: '429' },
  { value: '5xx', label: '5xx' },
  { value: 'none', label: 'no answer' },
]

/** Which attempts are shown; all of it stands in the address. */
export function AttemptFilters({ actions, filters, onChange }: AllProps): ReactElement {
  const seesPersonal = useSeesPersonal()
  const set = (name: (typeof FILTERS)[number], value: string) => {
    const { [name]: _, ...others } = filters
    onChange(value === '' ? others : { ...others, [name]: value })
  }
  const known = (choices: typeof OUTCOMES, value = '') =>
    choices.some((choice) => choice.value === value) ? choices : [...choices, { value, label: value }]
  return (
    <search aria-label="Filters" className="grid grid-cols-2 items-end gap-x-3 gap-y-2 sm:flex sm:flex-wrap">
      <Labelled label="Outcome">
        {(id) => (
          <Select
            id={id}
            value={filters.outcome ?? ''}
            choices={known(OUTCOMES, filters.outcome)}
            onChoice={(value) => set('outcome', value)}
          />
        )}
      </Labelled>
      <Labelled label="Action">
        {(id) => (
          <Select
            id={id}
            value={filters.action ?? ''}
            choices={known(
              [ANY, ...actions.map(({ id: value, name: label }) => ({ value, label }))],
              filters.action,
            )}
            onChoice={(value) => set('action', value)}
          />
        )}
      </Labelled>
      <Labelled label="Status">
        {(id) => (
          <Select
            id={id}
            value={filters.status ?? ''}
            choices={known(STATUSES, filters.status)}
            onChoice={(value) => set('status', value)}
          />
        )}
      </Labelled>
      <TextFilter label="Event" value={filters.event} onText={(text) => set('event', text)} />
      {seesPersonal && (
        <TextFilter label="Person" value={filters.person} onText={(text) => set('person', text)} />
      )}
      <TimeFilter filters={filters} onChange={onChange} />
      {FILTERS.some((name) => filters[name] !== undefined) && (
        <Button look="quiet" onClick={() => onChange({})}>
          Show all
        </Button>
      )}
    </search>
  )
}

type LabelledProps = { readonly label: string; readonly children: (id: string) => ReactElement }

function Labelled({ label, children }: LabelledProps): ReactElement {
  const id = useId()
  return (
    <span className="flex flex-col gap-0.5">
      <label htmlFor={id} className="text-xs text-muted">
        {label}
      </label>
      {children(id)}
    </span>
  )
}

type TextFilterProps = {
  readonly label: string
  readonly value: string | undefined
  readonly onText: (text: string) => void
}

/** Takes effect on Enter, and when one goes on: half a name finds nothing. */
function TextFilter({ label, value = '', onText }: TextFilterProps): ReactElement {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const take = () => text.trim() !== value && onText(text.trim())
  return (
    <Labelled label={label}>
      {(id) => (
        <TextInput
          id={id}
          value={text}
          onText={setText}
          onBlur={take}
          onKeyDown={(event) => event.key === 'Enter' && take()}
          placeholder={label === 'Person' ? 'userId or anonymousId' : 'Its whole name'}
          className="sm:w-44"
        />
      )}
    </Labelled>
  )
}

const HOUR_MS = 3_600_000
const TIMES: Readonly<Record<string, { readonly label: string; readonly span_ms: number }>> = {
  hour: { label: 'Since an hour ago', span_ms: HOUR_MS },
  day: { label: 'Since a day ago', span_ms: 24 * HOUR_MS },
  week: { label: 'Since a week ago', span_ms: 7 * 24 * HOUR_MS },
}

function TimeFilter({ filters, onChange }: Props): ReactElement {
  const { from, to, ...others } = filters
  const zone = useZone()
  const isGiven = from !== undefined || to !== undefined
  const short = (time: string) => exactText(Date.parse(time), zone).slice(5, 16)
  const given = [from === undefined ? '' : short(from), to === undefined ? '' : `to ${short(to)}`]
  return (
    <Labelled label="Time">
      {(id) => (
        <Select
          id={id}
          value={isGiven ? 'given' : ''}
          choices={[
            ANY,
            ...Object.entries(TIMES).map(([value, { label }]) => ({ value, label })),
            ...(isGiven ? [{ value: 'given', label: given.join(' ').trim() }] : []),
          ]}
          onChoice={(name) => {
            const time = TIMES[name]
            if (time !== undefined)
              onChange({ ...others, from: new Date(Date.now() - time.span_ms).toISOString() })
            else if (name === '') onChange(others)
          }}
        />
      )}
    </Labelled>
  )
}
