import { type ReactElement, type ReactNode, useState } from 'react'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { TextInput } from '../ui/TextInput.tsx'

type Props = {
  readonly label: string
  /** What password managers go by. */
  readonly kind: 'current-password' | 'new-password'
  readonly value: string
  readonly onText: (text: string) => void
  readonly help?: ReactNode
  readonly error?: string | undefined
  readonly isFocused?: boolean
}

/** A password, which can be looked at while it is typed. */
export function PasswordField({
  label,
  kind,
  value,
  onText,
  help,
  error,
  isFocused = false,
}: Props): ReactElement {
  const [isShown, setShown] = useState(false)
  return (
    <Field label={label} help={help} error={error}>
      {(ids) => (
        <span className="relative block">
          <TextInput
            {...ids}
            type={isShown ? 'text' : 'password'}
            name={kind}
            autoComplete={kind}
            autoFocus={isFocused}
            required
            className="pr-10"
            value={value}
            onText={onText}
          />
          <button
            type="button"
            aria-label="Show the password"
            aria-pressed={isShown}
            className="absolute top-0.5 right-0.5 inline-flex size-7 items-center justify-center rounded text-muted hover:bg-hover hover:text-text"
            onClick={() => setShown(!isShown)}
          >
            <Icon name={isShown ? 'eye-off' : 'eye'} />
          </button>
        </span>
      )}
    </Field>
  )
}
