import type { ButtonHTMLAttributes, ReactElement } from 'react'
import { useMay } from '../api/use-may.ts'
import { classNames } from './class-names.ts'
import { Icon, type IconName } from './Icon.tsx'
import { Tooltip } from './Tooltip.tsx'

type Props = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> & {
  readonly icon: IconName
  /** What it does, for everybody: its name, and shown beside it. */
  readonly label: string
  /** What a person must be allowed to; whoever is not finds it disabled, and the reason with it. */
  readonly needs?: 'edit' | 'manage'
}

export function IconButton({ needs, ...props }: Props): ReactElement {
  return needs === undefined ? <PlainButton {...props} /> : <GuardedButton needs={needs} {...props} />
}

function GuardedButton({ needs, ...props }: Props & { readonly needs: 'edit' | 'manage' }): ReactElement {
  const { may, why } = useMay(needs)
  if (may) return <PlainButton {...props} />
  return <PlainButton {...props} disabled={false} aria-disabled onClick={undefined} why={why} />
}

function PlainButton({
  icon,
  label,
  className,
  why,
  ...rest
}: Omit<Props, 'needs'> & { readonly why?: string | undefined }): ReactElement {
  return (
    <Tooltip text={why === undefined ? label : `${label}: ${why}`}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-description={why}
        className={classNames(
          'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text disabled:opacity-55 aria-disabled:opacity-55',
          className,
        )}
      >
        <Icon name={icon} />
      </button>
    </Tooltip>
  )
}
