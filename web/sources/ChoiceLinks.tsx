import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { classNames } from '../ui/class-names.ts'

type Props = {
  readonly label: string
  readonly chosen: string
  readonly choices: readonly { readonly id: string; readonly label: string; readonly link: LinkProps }[]
}

/** One of a few, kept in the address. */
export function ChoiceLinks({ label, chosen, choices }: Props): ReactElement {
  return (
    <nav aria-label={label} className="flex flex-wrap items-center gap-2">
      <span className="w-20 text-sm text-muted">{label}</span>
      <ul className="flex flex-wrap gap-1">
        {choices.map(({ id, label: name, link }) => (
          <li key={id}>
            <Link
              {...link}
              replace
              resetScroll={false}
              aria-current={id === chosen ? 'true' : undefined}
              className={classNames(
                'inline-flex h-8 items-center rounded-md border px-3',
                id === chosen
                  ? 'border-accent bg-accent-soft font-medium text-accent'
                  : 'border-line bg-surface hover:bg-hover',
              )}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
