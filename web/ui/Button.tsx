import type { ButtonHTMLAttributes, ReactElement } from 'react'
import { useMay } from '../api/use-may.ts'
import { type ButtonLook, type ButtonSize, buttonClass } from './button-class.ts'
import { classNames } from './class-names.ts'
import { Icon } from './Icon.tsx'
import { Tooltip } from './Tooltip.tsx'

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: ButtonLook
  readonly size?: ButtonSize
  /** Being done: it cannot be pressed again, and says so. */
  readonly isBusy?: boolean
  /** What a person must be allowed to; whoever is not finds it disabled, and the reason with it. */
  readonly needs?: 'edit' | 'manage' | undefined
}

export function Button({ needs, ...props }: ButtonProps): ReactElement {
  return needs === undefined ? <PlainButton {...props} /> : <GuardedButton needs={needs} {...props} />
}

function PlainButton({
  look,
  size,
  isBusy = false,
  className,
  children,
  ...rest
}: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      {...rest}
      className={classNames(buttonClass(look, size), className)}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || rest['aria-disabled']}
      onClick={isBusy ? (event) => event.preventDefault() : rest.onClick}
    >
      {isBusy && <Icon name="spinner" className="animate-spin" />}
      {children}
    </button>
  )
}

/** Disabled in a way that leaves it within reach: what cannot have the focus could not say why. */
function GuardedButton({
  needs,
  ...props
}: ButtonProps & { readonly needs: 'edit' | 'manage' }): ReactElement {
  const { may, why } = useMay(needs)
  if (may) return <PlainButton {...props} />
  return (
    <Tooltip text={why}>
      <PlainButton
        {...props}
        disabled={false}
        aria-disabled
        aria-description={why}
        onClick={(event) => event.preventDefault()}
      />
    </Tooltip>
  )
}
