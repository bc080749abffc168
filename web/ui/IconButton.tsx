import type { ButtonHTMLAttributes, ReactElement } from 'react'
import { classNames } from './class-names.ts'
import { Icon, type IconName } from './Icon.tsx'
import { Tooltip } from './Tooltip.tsx'

type Props = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> & {
  readonly icon: IconName
  /** What it does, for everybody: its name, and shown beside it. */
  readonly label: string
}

export function IconButton({ icon, label, className, ...rest }: Props): ReactElement {
  return (
    <Tooltip text={label}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        className={classNames(
          'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text disabled:opacity-55',
          className,
        )}
      >
        <Icon name={icon} />
      </button>
    </Tooltip>
  )
}
