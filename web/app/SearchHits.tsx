import type { ReactElement } from 'react'
import { classNames } from '../ui/class-names.ts'
import { Icon } from '../ui/Icon.tsx'
import { grouped, type ShownHit } from './search-hits.ts'

type Props = {
  /** What the ids of the list and its rows begin with. */
  readonly id: string
  readonly hits: readonly ShownHit[]
  readonly at: number
  readonly onChoose: (hit: ShownHit) => void
  /** Below the hits. */
  readonly said: string
}

/** What was found, by kind, below the search box, which keeps the focus. */
export function SearchHits({ id, hits, at, onChoose, said }: Props): ReactElement {
  return (
    <div
      className="absolute top-9 right-0 z-40 max-h-[80vh] w-[min(30rem,92vw)] overflow-y-auto rounded-lg bg-surface p-1 shadow-pop"
      onPointerDown={(event) => event.preventDefault()}
    >
      {hits.length > 0 && (
        <div id={`${id}-hits`} role="listbox" aria-label="Found">
          {grouped(hits).map(({ group, hits: those }, place) => (
            <div key={group} role="group" aria-labelledby={`${id}-group-${place}`}>
              <p id={`${id}-group-${place}`} className="px-2 pt-2 pb-1 text-xs text-muted">
                {group}
              </p>
              {those.map(([index, hit]) => (
                <div
                  key={hit.key}
                  id={`${id}-${index}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === at}
                  onClick={() => onChoose(hit)}
                  className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 hover:bg-hover aria-selected:bg-accent-soft"
                >
                  <Icon name={hit.icon} className="text-muted" />
                  <span className="min-w-0 flex-1 truncate">{hit.text}</span>
                  <span className="max-w-48 truncate text-xs text-muted">{hit.note}</span>
                </div>
              ))}
            </div>
          ))}
        </div>
      )}
      <p
        role="status"
        className={classNames('px-2 py-1.5 text-sm text-muted', hits.length > 0 && 'border-t border-line')}
      >
        {said}
      </p>
    </div>
  )
}
