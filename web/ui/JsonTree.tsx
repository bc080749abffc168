import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactElement, useId, useMemo, useRef, useState } from 'react'
import type { Json } from '../../core/event.ts'
import { classNames } from './class-names.ts'
import { JsonTreeLine, LINE_PX, type Mark } from './JsonTreeLine.tsx'
import { type JsonLine, jsonLines } from './json-lines.ts'
import { nextIndex } from './next-index.ts'

const OPEN_DEPTH = 3
/** From here on only what is seen is drawn, and the tree scrolls by itself. */
const VIRTUAL_LINES = 200

type Props = {
  readonly value: Json
  /** What it is: "The event as it was received". */
  readonly label: string
  /** What is to be said at a place, by its path: `$.properties.note`. */
  readonly marks?: Readonly<Record<string, Mark>>
  /** Chooses a place: by click or Enter. */
  readonly onPick?: (path: string) => void
  readonly openDepth?: number
}

/** A JSON value that opens and closes. Arrows move, right opens, left closes; each line can be copied, with its path. */
export function JsonTree({ value, label, marks = {}, onPick, openDepth = OPEN_DEPTH }: Props): ReactElement {
  const id = useId()
  const { lines, isOpen, toggle } = useFolding(value, openDepth)
  const [at, setAt] = useState(0)
  const scroller = useRef<HTMLDivElement>(null)
  const isLong = lines.length > VIRTUAL_LINES
  const virtual = useVirtualizer({
    count: isLong ? lines.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 12,
  })

  function onKeyDown(event: KeyboardEvent): void {
    const line = lines[at]
    const to = nextIndex(event.key, at, lines.length, 15)
    const open = line !== undefined && line.size > 0 && isOpen(line.path, line.depth)
    if (to !== undefined) {
      setAt(to)
      if (isLong) virtual.scrollToIndex(to)
    } else if (line === undefined) return
    else if (event.key === 'ArrowRight' && line.size > 0 && !open) toggle(line)
    else if (event.key === 'ArrowLeft' && open) toggle(line)
    else if (event.key === 'Enter' && onPick !== undefined) onPick(line.path)
    else if (event.key === 'Enter' && line.size > 0) toggle(line)
    else return
    event.preventDefault()
  }
  const drawn = isLong
    ? virtual.getVirtualItems().map(({ index, start }) => ({ index, start }))
    : lines.map((_, index) => ({ index, start: index * LINE_PX }))

  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={`${id}-${at}`}
      onKeyDown={onKeyDown}
      className={classNames('group/tree overflow-auto rounded font-mono text-sm', isLong && 'h-[28rem]')}
    >
      <div role="presentation" className="relative" style={{ height: lines.length * LINE_PX }}>
        {drawn.map(({ index, start }) => {
          const line = lines[index] as JsonLine
          return (
            <JsonTreeLine
              key={line.path}
              id={`${id}-${index}`}
              line={line}
              top_px={start}
              isAt={index === at}
              isOpen={isOpen(line.path, line.depth)}
              mark={marks[line.path]}
              onClick={() => {
                setAt(index)
                if (onPick !== undefined) onPick(line.path)
                else if (line.size > 0) toggle(line)
              }}
              onToggle={() => toggle(line)}
            />
          )
        })}
      </div>
    </div>
  )
}

/** Which lines are there: what lies deep is closed at first, and each line remembers whether it was turned. */
function useFolding(value: Json, openDepth: number) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const isOpen = (path: string, depth: number) => depth < openDepth !== toggled.has(path)
  const lines = useMemo(
    () => jsonLines(value, (path, depth) => depth < openDepth !== toggled.has(path)),
    [value, toggled, openDepth],
  )
  function toggle({ path }: JsonLine): void {
    const next = new Set(toggled)
    if (!next.delete(path)) next.add(path)
    setToggled(next)
  }
  return { lines, isOpen, toggle }
}
