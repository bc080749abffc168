import type { ButtonHTMLAttributes, ReactElement } from 'react'
import { type ButtonLook, type ButtonSize, buttonClass } from './button-class.ts'
import { classNames } from './class-names.ts'
import { Icon } from './Icon.tsx'

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: ButtonLook
  readonly size?: ButtonSize
  /** Being done: it cannot be pressed again, and says so. */
  readonly isBusy?: boolean
}

export function Button({
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
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : rest.onClick}
    >
      {isBusy && <Icon name="spinner" className="animate-spin" />}
      {children}
    </button>
  )
}
