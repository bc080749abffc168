import { type CSSProperties, type ReactElement, type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'
import { useVirtualRows, type VirtualRows } from './use-virtual-rows.ts'

export type Column<Row> = {
  readonly name: string
  /** A grid track: `8rem`, `minmax(0, 2fr)`. */
  readonly width: string
  readonly cell: (row: Row) => ReactNode
  readonly isNumber?: boolean
}

type Props<Row> = Omit<VirtualRows<Row>, 'row_px'> & {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  /** Gives the height; what does not fit scrolls. */
  readonly className?: string
  readonly row_px?: number
}

/**
 * A table that draws the rows that are seen. The body is one stop for Tab; arrows, Page Up and Down, Home and End choose
 * a row, Enter opens it.
 */
export function DataTable<Row>({ row_px = 32, ...props }: Props<Row>): ReactElement {
  const { label, columns, rows, onChoose, className = 'h-96' } = props
  const id = useId()
  const { scroller, at, onKeyDown, total_px, drawn } = useVirtualRows({ ...props, row_px })
  const grid = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') }
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={at === -1 ? undefined : `${id}-${at}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      className={classNames('overflow-auto text-sm -outline-offset-2', className)}
    >
      <Head columns={columns} grid={grid} />
      <div role="rowgroup" className="relative" style={{ height: total_px }}>
        {drawn.map(({ index, key, start }) => {
          const row = rows[index] as Row
          return (
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

type HeadProps = {
  readonly columns: readonly { readonly name: string; readonly isNumber?: boolean }[]
  readonly grid: CSSProperties
}

function Head({ columns, grid }: HeadProps): ReactElement {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-surface">
      <div
        role="row"
        tabIndex={-1}
        aria-rowindex={1}
        className="grid h-8 items-center gap-3 border-b border-line px-3 text-muted"
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
    </div>
  )
}
