import type { ReactElement, ReactNode } from 'react'

type Props = {
  readonly label: string
  readonly columns: readonly string[]
  /** The first cell names the row. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[]
}

/** A short table, drawn whole. Where it is narrow, each row becomes a card whose cells carry their column's name. */
export function ListTable({ label, columns, rows }: Props): ReactElement {
  return (
    <table aria-label={label} className="panel block w-full border-separate border-spacing-0 md:table">
      <thead className="hidden md:table-header-group">
        <tr>
          {columns.map((name) => (
            <th
              key={name}
              scope="col"
              className="border-b border-line px-4 py-2 text-left text-sm font-medium text-muted"
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="block md:table-row-group">
        {rows.map(({ key, cells }) => (
          <tr
            key={key}
            className="block border-b border-line p-3 last:border-b-0 hover:bg-hover md:table-row md:p-0"
          >
            {cells.map((cell, index) => {
              const Cell = index === 0 ? 'th' : 'td'
              return (
                <Cell
                  key={columns[index]}
                  {...(index === 0 ? { scope: 'row' as const } : {})}
                  className="flex justify-between gap-4 py-0.5 text-left font-normal md:table-cell md:border-b md:border-line md:px-4 md:py-2 md:[tr:last-child_&]:border-b-0"
                >
                  {index > 0 && (
                    <span aria-hidden="true" className="shrink-0 text-muted md:hidden">
                      {columns[index]}
                    </span>
                  )}
                  <div className={index === 0 ? 'min-w-0 wrap-anywhere' : 'min-w-0 max-md:text-right'}>
                    {cell}
                  </div>
                </Cell>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
