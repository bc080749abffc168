import type { ReactElement } from 'react'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { Explained } from '../use-preview.ts'

const SHOWN_CHARS = 160

type Props = {
  readonly label: string
  /** Undefined while there is nothing to say. */
  readonly told: Explained['fields'][number] | undefined
  readonly isStale: boolean
}

/** What the field gets for the sample, and which part of its mapping made it. */
export function NowValue({ label, told, isStale }: Props): ReactElement | null {
  if (told === undefined) return null
  const { value, origin } = told
  const text = value === undefined ? undefined : JSON.stringify(value)
  return (
    <p
      aria-label={`${label} now`}
      className={classNames('flex min-w-0 items-baseline gap-1.5 text-sm', isStale && 'opacity-80')}
    >
      <Icon name="arrow-right" size={12} className="relative top-px text-muted" label="gives" />
      {text === undefined ? (
        <span className="text-muted">nothing: it is left out</span>
      ) : (
        <code className="min-w-0 truncate text-good" title={text.slice(0, 2_000)}>
          {text.slice(0, SHOWN_CHARS)}
        </code>
      )}
      {origin !== undefined && origin.at !== '' && (
        <span className="shrink-0 truncate text-xs text-muted">by {origin.at}</span>
      )}
    </p>
  )
}
