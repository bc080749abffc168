import type { ReactElement } from 'react'
import { classNames } from './class-names.ts'

type Props = {
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  /** Its name, where no label beside it is tied to `id`. */
  readonly label?: string
  readonly id?: string
  readonly 'aria-describedby'?: string | undefined
  readonly isDisabled?: boolean
}

/** On or off, at once. */
export function Switch({ isOn, onChange, label, isDisabled = false, ...rest }: Props): ReactElement {
  return (
    <button
      type="button"
      role="switch"
      {...rest}
      aria-checked={isOn}
      aria-label={label}
      disabled={isDisabled}
      onClick={() => onChange(!isOn)}
      className={classNames(
        'relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border transition-colors disabled:opacity-55',
        isOn ? 'border-transparent bg-accent' : 'border-edge bg-well',
      )}
    >
      <span
        className={classNames(
          'size-3.5 rounded-full transition-transform',
          isOn ? 'translate-x-4.5 bg-on-accent' : 'translate-x-0.5 bg-edge',
        )}
      />
    </button>
  )
}
