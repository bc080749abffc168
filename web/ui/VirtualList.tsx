import { type ReactElement, type ReactNode, useId } from 'react'
import { useVirtualRows, type VirtualRows } from './use-virtual-rows.ts'

type Props<Row> = VirtualRows<Row> & {
  /** What the list is of: "Deliveries". */
  readonly label: string
  readonly render: (row: Row) => ReactNode
  readonly className?: string
}

/**
 * Draws the rows that are seen. The list is one stop for Tab; arrows, Page Up and Down, Home and End choose a row, so
 * that what is shown beside the list follows; Enter opens it.
 */
export function VirtualList<Row>(props: Props<Row>): ReactElement {
  const { label, rows, render, row_px, onChoose, className = 'h-full' } = props
  const id = useId()
  const { scroller, at, onKeyDown, total_px, drawn } = useVirtualRows(props)
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label={label}
      aria-activedescendant={at === -1 ? undefined : `${id}-${at}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      className={`overflow-auto -outline-offset-2 ${className}`}
    >
      <div role="presentation" className="relative" style={{ height: total_px }}>
        {drawn.map(({ index, key, start }) => {
          const row = rows[index] as Row
          return (
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
              style={{ height: row_px, transform: `translateY(${start}px)` }}
            >
              {render(row)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
