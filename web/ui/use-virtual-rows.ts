import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useRef } from 'react'
import { nextIndex } from './next-index.ts'

/** So many rows before the end it is time to load more. */
const END_ROWS = 20

export type VirtualRows<Row> = {
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly row_px: number
  readonly chosen?: string | undefined
  readonly onChoose?: ((row: Row) => void) | undefined
  readonly onOpen?: ((row: Row) => void) | undefined
  readonly onEnd?: (() => void) | undefined
}

/** Which rows are to be drawn, which is chosen, and what keys do: the same for lists and tables. */
export function useVirtualRows<Row>({
  rows,
  keyOf,
  row_px,
  chosen,
  onChoose,
  onOpen,
  onEnd,
}: VirtualRows<Row>) {
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

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / row_px) - 2)
    const to = nextIndex(event.key, at, rows.length, page)
    const current = rows[at]
    if (to !== undefined && onChoose !== undefined) {
      virtual.scrollToIndex(to)
      onChoose(rows[to] as Row)
    } else if (event.key === 'Enter' && current !== undefined && onOpen !== undefined) onOpen(current)
    else return
    event.preventDefault()
  }

  return { scroller, at, onKeyDown, total_px: virtual.getTotalSize(), drawn: virtual.getVirtualItems() }
}
