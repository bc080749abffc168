import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef } from 'react'

type Props<Row> = {
  /** What the list is of: "Deliveries". */
  readonly label: string
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly render: (row: Row) => ReactNode
  readonly height_px: number
  readonly chosen?: string | undefined
  readonly onChoose?: (row: Row) => void
  /** Near the end: time to load more. */
  readonly onEnd?: () => void
  readonly className?: string
}

const END_ROWS = 20

/**
 * Draws the rows that are seen. The list is one stop for Tab; arrows, Page Up and Down, Home and End choose a row, so
 * that what is shown beside the list follows.
 */
export function VirtualList<Row>(props: Props<Row>): ReactElement {
  const { label, rows, keyOf, render, height_px, chosen, onChoose, onEnd, className = 'h-full' } = props
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height_px,
    overscan: 8,
    getItemKey: (index) => keyOf(rows[index] as Row),
    onChange: ({ range }) => {
      if (range !== null && range.endIndex >= rows.length - END_ROWS) onEnd?.()
    },
  })
  const at = rows.findIndex((row) => keyOf(row) === chosen)

  function move(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height_px) - 1)
    const to = nextIndex(event.key, at, rows.length, page)
    const row = to === undefined ? undefined : rows[to]
    if (to === undefined || row === undefined || onChoose === undefined) return
    event.preventDefault()
    virtual.scrollToIndex(to)
    onChoose(row)
  }

  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a listbox names its active option.
    <div
      ref={scroller}
      role="listbox"
      aria-label={label}
      aria-activedescendant={at === -1 ? undefined : `${id}-${at}`}
      tabIndex={0}
      onKeyDown={move}
      className={`overflow-auto -outline-offset-2 ${className}`}
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index] as Row
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys.
            <div
              key={key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              aria-posinset={index + 1}
              aria-setsize={rows.length}
              tabIndex={-1}
              onClick={() => onChoose?.(row)}
              className="absolute inset-x-0 top-0 flex cursor-pointer items-center border-b border-line px-3 hover:bg-hover aria-selected:bg-accent-soft"
              style={{ height: height_px, transform: `translateY(${start}px)` }}
            >
              {render(row)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Where a key leads from row `at` (-1: none); undefined for keys that lead nowhere. */
export function nextIndex(key: string, at: number, count: number, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  }
  const step = steps[key]
  if (step === undefined || count === 0) return undefined
  return Math.min(count - 1, Math.max(0, at + step))
}
