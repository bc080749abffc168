import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef } from 'react'
import { classNames } from './class-names.ts'
import { nextIndex } from './VirtualList.tsx'

export type Column<Row> = {
  readonly name: string
  /** A grid track: `8rem`, `minmax(0, 2fr)`. */
  readonly width: string
  readonly cell: (row: Row) => ReactNode
  readonly isNumber?: boolean
}

type Props<Row> = {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly chosen?: string | undefined
  readonly onChoose?: (row: Row) => void
  readonly onEnd?: () => void
  /** Of the whole table; what does not fit scrolls. Without it the table is as high as its rows. */
  readonly className?: string
  readonly row_px?: number
}

const END_ROWS = 20

/**
 * A table that draws the rows that are seen. The body is one stop for Tab; arrows, Page Up and Down, Home and End choose
 * a row, Enter opens it.
 */
export function DataTable<Row>(props: Props<Row>): ReactElement {
  const { label, columns, rows, keyOf, chosen, onChoose, onEnd, className = '', row_px = 32 } = props
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => row_px,
    overscan: 10,
    getItemKey: (index) => keyOf(rows[index] as Row),
    onChange: ({ range }) => {
      if (range !== null && range.endIndex >= rows.length - END_ROWS) onEnd?.()
    },
  })
  const at = rows.findIndex((row) => keyOf(row) === chosen)
  const grid = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') }

  function move(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / row_px) - 2)
    const to = nextIndex(event.key, at, rows.length, page)
    const row = to === undefined ? undefined : rows[to]
    if (to === undefined || row === undefined || onChoose === undefined) return
    event.preventDefault()
    virtual.scrollToIndex(to)
    onChoose(row)
  }

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={at === -1 ? undefined : `${id}-${at}`}
      tabIndex={0}
      onKeyDown={move}
      className={classNames('overflow-auto text-sm -outline-offset-2', className)}
    >
      <div
        role="row"
        tabIndex={-1}
        aria-rowindex={1}
        className="sticky top-0 z-10 grid h-8 items-center gap-3 border-b border-line bg-surface px-3 text-muted"
        style={grid}
      >
        {columns.map(({ name, isNumber }) => (
          <span
            key={name}
            role="columnheader"
            tabIndex={-1}
            className={classNames('truncate font-medium', isNumber && 'text-right')}
          >
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index] as Row
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the table takes the keys.
            <div
              key={key}
              id={`${id}-${index}`}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              aria-selected={index === at}
              onClick={() => onChoose?.(row)}
              className={classNames(
                'absolute inset-x-0 top-0 grid items-center gap-3 border-b border-line px-3 aria-selected:bg-accent-soft',
                onChoose !== undefined && 'cursor-pointer hover:bg-hover',
              )}
              style={{ ...grid, height: row_px, transform: `translateY(${start}px)` }}
            >
              {columns.map(({ name, cell, isNumber }) => (
                <span
                  key={name}
                  role="gridcell"
                  tabIndex={-1}
                  className={classNames('min-w-0 truncate', isNumber && 'text-right')}
                >
                  {cell(row)}
                </span>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}
