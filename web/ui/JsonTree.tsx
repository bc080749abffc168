import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactElement, useId, useMemo, useRef, useState } from 'react'
import type { Json } from '../../core/event.ts'
import { CopyButton } from './CopyButton.tsx'
import { classNames } from './class-names.ts'
import { Icon } from './Icon.tsx'
import { type JsonLine, jsonLines } from './json-lines.ts'
import { nextIndex } from './VirtualList.tsx'

const LINE_PX = 22
const OPEN_DEPTH = 3
/** From here on only what is seen is drawn, and the tree scrolls by itself. */
const VIRTUAL_LINES = 200
const TEXT_CHARS_MAX = 300

export type Mark = { readonly tone: 'wait' | 'bad' | 'good'; readonly text: string }

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
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const [at, setAt] = useState(0)
  const scroller = useRef<HTMLDivElement>(null)
  const isOpen = (path: string, depth: number) => depth < openDepth !== toggled.has(path)
  const lines = useMemo(
    () => jsonLines(value, (path, depth) => depth < openDepth !== toggled.has(path)),
    [value, toggled, openDepth],
  )
  const isLong = lines.length > VIRTUAL_LINES
  const virtual = useVirtualizer({
    count: isLong ? lines.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 12,
  })

  function toggle({ path }: JsonLine): void {
    const next = new Set(toggled)
    if (!next.delete(path)) next.add(path)
    setToggled(next)
  }
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
            <Line
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

type LineProps = {
  readonly id: string
  readonly line: JsonLine
  readonly top_px: number
  readonly isAt: boolean
  readonly isOpen: boolean
  readonly mark: Mark | undefined
  readonly onClick: () => void
  readonly onToggle: () => void
}

const MARKS = { wait: 'bg-wait-soft text-wait', bad: 'bg-bad-soft text-bad', good: 'bg-good-soft text-good' }

function Line({ id, line, top_px, isAt, isOpen, mark, onClick, onToggle }: LineProps): ReactElement {
  const { name, depth, size } = line
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys.
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-expanded={size > 0 ? isOpen : undefined}
      aria-selected={isAt}
      onClick={onClick}
      className={classNames(
        'group absolute top-0 flex min-w-full items-center gap-1 pr-2 whitespace-pre hover:bg-hover group-focus-visible/tree:aria-selected:bg-accent-soft',
        mark !== undefined && MARKS[mark.tone],
      )}
      style={{ height: LINE_PX, transform: `translateY(${top_px}px)`, paddingLeft: depth * 16 + 4 }}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same. */}
      <span
        aria-hidden="true"
        className="w-4 shrink-0"
        onClick={(event) => {
          if (size === 0) return
          event.stopPropagation()
          onToggle()
        }}
      >
        {size > 0 && <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={12} />}
      </span>
      {name !== undefined && <span className={mark === undefined ? 'text-muted' : undefined}>{name}: </span>}
      <Value line={line} isOpen={isOpen} />
      {mark !== undefined && <span className="font-sans text-xs">{mark.text}</span>}
      <span className="invisible ml-1 flex group-hover:visible">
        <CopyButton text={() => copyText(line)} what={`the value of ${line.path}`} />
        <CopyButton text={line.path} what={`the path ${line.path}`} label="path" />
      </span>
    </div>
  )
}

function Value({ line: { kind, value, size }, isOpen }: { readonly line: JsonLine; readonly isOpen: boolean }) {
  switch (kind) {
    case 'object':
      return <span className="text-muted">{size === 0 ? '{}' : isOpen ? '{' : `{ ${size} }`}</span>
    case 'list':
      return <span className="text-muted">{size === 0 ? '[]' : isOpen ? '[' : `[ ${size} ]`}</span>
    case 'text': {
      const text = value as string
      const shown = text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text
      return (
        <span className="text-good" title={text.length > TEXT_CHARS_MAX ? `${text.length} characters` : undefined}>
          {JSON.stringify(shown)}
        </span>
      )
    }
    case 'number':
    case 'boolean':
      return <span className="text-accent">{String(value)}</span>
    case 'null':
      return <span className="text-muted">null</span>
  }
}

function copyText({ value }: JsonLine): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
