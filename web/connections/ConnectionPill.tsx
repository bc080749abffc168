import type { ReactElement } from 'react'
import { classNames } from '../ui/class-names.ts'
import { Icon } from '../ui/Icon.tsx'
import { toneOf } from '../ui/StateBadge.tsx'
import { ConnectionDetail } from './ConnectionDetail.tsx'
import { type ConnectionView, hourlyText } from './connection-view.ts'
import type { Point } from './curve.ts'

type Props = {
  readonly connection: ConnectionView
  readonly at: Point
  readonly onActive: (isActive: boolean) => void
}

const TONES = { good: 'text-good', wait: 'text-wait', bad: 'text-bad', off: 'text-off' }

/** What stands on a line: how much flows, or what is wrong. Hover or focus tells more, with links that Tab reaches. */
export function ConnectionPill({ connection, at, onActive }: Props): ReactElement {
  const { source, destination, state } = connection
  const tone = toneOf(state)
  const isQuiet = state === 'idle' || state === 'off'
  const text = pillText(connection)
  return (
    // The line's own hover area; what it can do is in the button and the links.
    <div
      className="group absolute z-10 -translate-x-1/2 -translate-y-1/2 hover:z-20 focus-within:z-20"
      style={{ left: at.x, top: at.y }}
      onPointerEnter={() => onActive(true)}
      onPointerLeave={() => onActive(false)}
      onFocus={() => onActive(true)}
      onBlur={() => onActive(false)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur()
      }}
    >
      <button
        type="button"
        className={classNames(
          'flex h-6 items-center gap-1 rounded-full border border-line bg-surface px-2 text-xs font-medium whitespace-nowrap',
          TONES[tone],
          isQuiet && 'px-1.5',
        )}
      >
        <span className="sr-only">
          {source.name} to {destination.name}:{' '}
        </span>
        {tone === 'bad' && <Icon name="warning" size={12} label={state} />}
        {text}
      </button>
      <div className="invisible absolute top-full left-1/2 w-72 -translate-x-1/2 pt-1 group-focus-within:visible group-hover:visible">
        <div className="rounded-lg bg-surface p-3 shadow-pop">
          <ConnectionDetail connection={connection} />
        </div>
      </div>
    </div>
  )
}

/** About as wide as it will be drawn; only for finding a place. */
export function pillWidth(connection: ConnectionView): number {
  const isBad = toneOf(connection.state) === 'bad'
  return pillText(connection).length * 6.5 + 20 + (isBad ? 16 : 0)
}

function pillText({ state, counts }: ConnectionView): string {
  const rate = counts === undefined || counts.read === 0 ? undefined : hourlyText(counts.read)
  if (state === 'flowing') return rate ?? 'flowing'
  if (toneOf(state) === 'bad') return rate ?? state
  return rate === undefined || state === 'off' ? state : `${rate} · ${state}`
}
