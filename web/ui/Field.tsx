import { type ReactElement, type ReactNode, useId } from 'react'
import { Icon } from './Icon.tsx'

/** What the input inside gets, so that its label, help and error are read with it. */
export type FieldIds = {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
  readonly required: boolean | undefined
}

type Props = {
  readonly label: string
  readonly help?: ReactNode
  /** What is wrong, as it continues the label: "must be digits only". */
  readonly error?: string | undefined
  readonly isRequired?: boolean
  readonly children: (ids: FieldIds) => ReactNode
}

/** A label, an input, one line of help and what is wrong with what was typed. */
export function Field({ label, help, error, isRequired = false, children }: Props): ReactElement {
  const id = useId()
  const described = [help !== undefined && `${id}-help`, error !== undefined && `${id}-error`]
    .filter((one) => one !== false)
    .join(' ')
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
        {isRequired && <span className="ml-1.5 text-sm font-normal text-muted">required</span>}
      </label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': error === undefined ? undefined : true,
        required: isRequired || undefined,
      })}
      {/* Always there, so that what arrives in it is read aloud. */}
      <p id={`${id}-error`} aria-live="polite" className="flex gap-1.5 text-sm text-bad empty:hidden">
        {error !== undefined && (
          <>
            <Icon name="warning" className="mt-0.5" />
            {error}
          </>
        )}
      </p>
      {help !== undefined && (
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      )}
    </div>
  )
}
