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
  readonly rowClass?: (row: Row) => string | undefined
  /** A click opens a row as Enter does; arrows choose one only. */
  readonly isOpenedByClick?: boolean
  /** Below the last row. */
  readonly footer?: ReactNode
}

/**
 * A table that draws the rows that are seen. The body is one stop for Tab; arrows, Page Up and Down, Home and End choose
 * a row, Enter opens it.
 */
export function DataTable<Row>({ row_px = 32, ...props }: Props<Row>): ReactElement {
  const { label, columns, rows, onChoose, onOpen, rowClass, isOpenedByClick = false, footer } = props
  const { className = 'h-96' } = props
  const onClick = isOpenedByClick ? onOpen : onChoose
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
        {drawn.map(({ index, key, start, size }) => {
          const row = rows[index] as Row
          return (
            <div
              key={key}
              id={`${id}-${index}`}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              aria-selected={index === at}
              onClick={() => onClick?.(row)}
              className={classNames(
                'absolute inset-x-0 top-0 grid items-center gap-3 border-b border-line px-3 aria-selected:bg-accent-soft',
                onClick !== undefined && 'cursor-pointer hover:bg-hover',
                rowClass?.(row),
              )}
              style={{ ...grid, height: size, transform: `translateY(${start}px)` }}
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
      {footer !== undefined && (
        <div role="rowgroup">
          <div role="row" tabIndex={-1}>
            <div role="gridcell" tabIndex={-1}>
              {footer}
            </div>
          </div>
        </div>
      )}
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
