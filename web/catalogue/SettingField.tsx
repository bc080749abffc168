import { type ReactElement, useId, useState } from 'react'
import type { Json } from '../../core/event.ts'
import type { Answer } from '../api/api.ts'
import { Field, type FieldIds } from '../ui/Field.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Select } from '../ui/Select.tsx'
import { Switch } from '../ui/Switch.tsx'
import { TextArea } from '../ui/TextArea.tsx'
import { TextInput } from '../ui/TextInput.tsx'

export type SettingSpec = Answer<'GET /admin/v1/catalogue'>['destinations'][number]['settings'][string]

type Props = {
  readonly field: SettingSpec
  /** Undefined: as it comes. */
  readonly value: Json | undefined
  readonly error: string | undefined
  readonly onChange: (value: Json | undefined) => void
}

/** From here on a text gets several lines. */
const LONG_CHARS = 1_000

export function SettingField({ field, value, error, onChange }: Props): ReactElement {
  if (field.type === 'boolean') return <SwitchField field={field} value={value} onChange={onChange} />
  return (
    <Field label={field.label} help={field.help} error={error} isRequired={field.required}>
      {(ids) => <Input ids={ids} field={field} value={value} onChange={onChange} />}
    </Field>
  )
}

type InputProps = Omit<Props, 'error'> & { readonly ids: FieldIds }

function Input({ ids, field, value, onChange }: InputProps): ReactElement {
  const text = textOf(value ?? (field.default as Json | undefined))
  if (field.choices !== undefined) {
    const choices = field.choices.map((one) => ({ value: one, label: one }))
    return <Select {...ids} value={text} choices={choices} onChoice={onChange} className="max-w-sm" />
  }
  if (field.type === 'secret') return <SecretInput ids={ids} text={text} onText={onChange} />
  if ((field.length_max ?? 0) > LONG_CHARS * 5) {
    return <TextArea {...ids} rows={3} value={text} onText={onChange} />
  }
  return (
    <TextInput
      {...ids}
      value={text}
      onText={(given) => onChange(given === '' ? undefined : given)}
      inputMode={field.type === 'integer' || field.type === 'number' ? 'decimal' : 'text'}
      className={(field.length_max ?? LONG_CHARS) <= 50 || field.type === 'integer' ? 'max-w-xs' : 'max-w-lg'}
    />
  )
}

type SecretProps = {
  readonly ids: FieldIds
  readonly text: string
  readonly onText: (text: string | undefined) => void
}

/** Hidden while it is typed, unless one asks to see it; a browser is not to remember it. */
function SecretInput({ ids, text, onText }: SecretProps): ReactElement {
  const [isShown, setShown] = useState(false)
  return (
    <span className="flex max-w-lg items-center gap-1">
      <TextInput
        {...ids}
        type={isShown ? 'text' : 'password'}
        autoComplete="new-password"
        isMono
        value={text}
        onText={(given) => onText(given === '' ? undefined : given)}
      />
      <IconButton
        icon={isShown ? 'eye-off' : 'eye'}
        label={isShown ? 'Hide it' : 'Show it'}
        onClick={() => setShown(!isShown)}
      />
    </span>
  )
}

function SwitchField({ field, value, onChange }: Omit<Props, 'error'>): ReactElement {
  const id = useId()
  return (
    <div className="flex items-start gap-3">
      <Switch
        id={id}
        isOn={(value ?? field.default) === true}
        onChange={onChange}
        aria-describedby={`${id}-help`}
      />
      <span>
        <label htmlFor={id} className="font-medium">
          {field.label}
        </label>
        <span id={`${id}-help`} className="block text-sm text-muted">
          {field.help}
        </span>
      </span>
    </div>
  )
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
