import type { ReactElement } from 'react'
import { Select } from '../../ui/Select.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { fixedValue } from '../logic/value-kinds.ts'
import type { ValueProps } from './ValueEditor.tsx'

/** A value that is the same for every event. */
export function FixedInput({ label, type, choices, value, onValue }: ValueProps): ReactElement {
  const options = choices ?? (type === 'boolean' ? ['true', 'false'] : undefined)
  const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value ?? '')
  if (options !== undefined) {
    const known = options.includes(text) ? [] : [{ value: text, label: text === '' ? 'choose…' : text }]
    return (
      <Select
        aria-label={`${label}: value`}
        value={text}
        choices={[...known, ...options.map((one) => ({ value: one, label: one }))]}
        onChoice={(next) => onValue(fixedValue(next, type))}
      />
    )
  }
  return (
    <TextInput
      aria-label={`${label}: value`}
      inputMode={type === 'number' || type === 'integer' ? 'decimal' : undefined}
      value={text}
      onText={(next) => onValue(fixedValue(next, type))}
    />
  )
}
