import type { ReactElement } from 'react'
import { useMay } from '../api/use-may.ts'
import { classNames } from './class-names.ts'
import { Tooltip } from './Tooltip.tsx'

type Props = {
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  /** Its name, where no label beside it is tied to `id`. */
  readonly label?: string
  readonly id?: string
  readonly 'aria-describedby'?: string | undefined
  readonly isDisabled?: boolean
  /** What a person must be allowed to; whoever is not finds it disabled, and the reason with it. */
  readonly needs?: 'edit' | 'manage'
}

/** On or off, at once. */
export function Switch({ needs, ...props }: Props): ReactElement {
  return needs === undefined ? <PlainSwitch {...props} /> : <GuardedSwitch needs={needs} {...props} />
}

function GuardedSwitch({ needs, ...props }: Props & { readonly needs: 'edit' | 'manage' }): ReactElement {
  const { may, why } = useMay(needs)
  if (may) return <PlainSwitch {...props} />
  return (
    <Tooltip text={why}>
      <PlainSwitch {...props} aria-disabled aria-description={why} onChange={() => {}} />
    </Tooltip>
  )
}

type PlainProps = Omit<Props, 'needs'> & {
  readonly 'aria-disabled'?: boolean
  readonly 'aria-description'?: string | undefined
}

function PlainSwitch({ isOn, onChange, label, isDisabled = false, ...rest }: PlainProps): ReactElement {
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
        'relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border transition-colors disabled:opacity-55 aria-disabled:opacity-55',
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
