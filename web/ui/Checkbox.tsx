import { type ReactElement, type ReactNode, useId } from 'react'

type Props = {
  readonly isChecked: boolean
  readonly onChange: (isChecked: boolean) => void
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly isDisabled?: boolean
}

export function Checkbox({ isChecked, onChange, label, help, isDisabled = false }: Props): ReactElement {
  const id = useId()
  return (
    <div className="flex items-start gap-2">
      <input
        type="checkbox"
        id={id}
        checked={isChecked}
        disabled={isDisabled}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 accent-accent"
      />
      <span className="min-w-0">
        <label htmlFor={id} className={isDisabled ? 'text-muted' : undefined}>
          {label}
        </label>
        {help !== undefined && (
          <span id={`${id}-help`} className="block text-sm text-muted">
            {help}
          </span>
        )}
      </span>
    </div>
  )
}
