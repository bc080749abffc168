import type { ReactElement } from 'react'
import type { SourceKind } from '../../core/configuration.ts'
import { classNames } from './class-names.ts'
import { Icon } from './Icon.tsx'
import { SOURCE_LOOKS } from './kind-look.ts'

/** What stands for a kind of source. */
export function SourceTile({ kind }: { readonly kind: SourceKind }): ReactElement {
  return (
    <span className="flex size-8 shrink-0 items-center justify-center rounded-md bg-well text-muted">
      <Icon name={SOURCE_LOOKS[kind].icon} />
    </span>
  )
}

type DestinationTileProps = { readonly kind: string; readonly size?: 'normal' | 'large' }

/** What stands for a kind of destination: its first letter, or for Heap its bars. */
export function DestinationTile({ kind, size = 'normal' }: DestinationTileProps): ReactElement {
  const isHeap = kind.startsWith('heap')
  return (
    <span
      aria-hidden="true"
      className={classNames(
        'flex shrink-0 items-center justify-center rounded-md font-semibold',
        size === 'large' ? 'size-11' : 'size-8',
        isHeap ? 'bg-accent-soft text-accent' : 'bg-well text-muted',
      )}
    >
      {isHeap ? (
        <svg width="18" height="18" viewBox="0 0 18 18" fill="currentColor" aria-hidden="true">
          <rect x="2" y="9" width="3.5" height="7" rx="1" />
          <rect x="7.25" y="5.500" width="3.500" height="10.500" rx="1" />
          <rect x="12.500" y="2" width="3.500" height="14" rx="1" />
        </svg>
      ) : (
        <Icon name={kind === 'webhook' ? 'link' : 'destinations'} />
      )}
    </span>
  )
}
