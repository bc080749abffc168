import { type ReactElement, useState } from 'react'
import { zoneLabel } from '../ui/format.ts'
import { Select } from '../ui/Select.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { useZone } from '../ui/zone.ts'
import type { Filters, SetFilters } from './list-search.ts'
import { zonedText, zonedTime_ms } from './zoned-time.ts'

const SPANS = [
  { value: '900000', label: 'Last 15 minutes' },
  { value: '3600000', label: 'Last hour' },
  { value: '86400000', label: 'Last 24 hours' },
  { value: '604800000', label: 'Last 7 days' },
] as const
const BETWEEN = 'between'

type Props = {
  readonly filters: Filters
  readonly onChange: SetFilters
  /** What the times are of. */
  readonly label?: string
}

/** When it was received. A span is kept as the time at which it began, so that a link goes on showing the same. */
export function TimeFilter({ filters, onChange, label = 'Received' }: Props): ReactElement {
  const { from = '', to = '' } = filters
  const [isChosen, setChosen] = useState(false)
  const isBetween = isChosen || from !== '' || to !== ''
  return (
    <>
      <Select
        aria-label={label}
        value={isBetween ? BETWEEN : ''}
        choices={[{ value: '', label: 'At any time' }, ...SPANS, { value: BETWEEN, label: 'Between …' }]}
        onChoice={(value) => {
          setChosen(value === BETWEEN)
          if (value === '') onChange({ from: '', to: '' })
          else if (value !== BETWEEN) {
            onChange({ from: new Date(Date.now() - Number(value)).toISOString(), to: '' })
          }
        }}
      />
      {isBetween && (
        <>
          <Moment label="From" at={from} onChange={(time) => onChange({ from: time })} />
          <Moment label="To" at={to} onChange={(time) => onChange({ to: time })} />
        </>
      )}
    </>
  )
}

type MomentProps = {
  readonly label: string
  readonly at: string
  readonly onChange: (time: string) => void
}

function Moment({ label, at, onChange }: MomentProps): ReactElement {
  const zone = useZone()
  const at_ms = Date.parse(at)
  return (
    <span className="flex items-center gap-1.5 text-sm text-muted">
      <span aria-hidden="true">{label}</span>
      <TextInput
        type="datetime-local"
        aria-label={`${label} (${zoneLabel(Number.isNaN(at_ms) ? Date.now() : at_ms, zone)})`}
        value={Number.isNaN(at_ms) ? '' : zonedText(at_ms, zone)}
        onText={(text) => {
          const time_ms = zonedTime_ms(text, zone)
          onChange(time_ms === undefined ? '' : new Date(time_ms).toISOString())
        }}
        className="h-8 w-auto"
      />
    </span>
  )
}
