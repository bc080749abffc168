import type { ReactElement } from 'react'
import { classNames } from '../ui/class-names.ts'
import { Icon } from '../ui/Icon.tsx'
import type { ShownHit } from './search-hits.ts'

type Props = {
  /** What the ids of the list and its rows begin with. */
  readonly id: string
  readonly hits: readonly ShownHit[]
  readonly at: number
  readonly onChoose: (hit: ShownHit) => void
  /** Below the hits. */
  readonly said: string
}

/** What was found, below the search box, which keeps the focus. */
export function SearchHits({ id, hits, at, onChoose, said }: Props): ReactElement {
  return (
    <div
      className="absolute top-9 right-0 z-40 w-[min(28rem,90vw)] rounded-lg bg-surface p-1 shadow-pop"
      onPointerDown={(event) => event.preventDefault()}
    >
      <ul id={`${id}-hits`} role="listbox" aria-label="Found">
        {hits.map((hit, index) => (
          <li
            key={hit.key}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => onChoose(hit)}
            className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 hover:bg-hover aria-selected:bg-hover"
          >
            <Icon name={hit.icon} className="text-muted" />
            <span className="min-w-0 flex-1 truncate">{hit.text}</span>
            <span className="max-w-48 truncate text-xs text-muted">{hit.note}</span>
          </li>
        ))}
      </ul>
      <p
        role="status"
        className={classNames('px-2 py-1.5 text-sm text-muted', hits.length > 0 && 'border-t border-line')}
      >
        {said}
      </p>
    </div>
  )
}
