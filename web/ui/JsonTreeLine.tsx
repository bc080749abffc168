import type { ReactElement } from 'react'
import { CopyButton } from './CopyButton.tsx'
import { classNames } from './class-names.ts'
import { Icon } from './Icon.tsx'
import type { JsonLine } from './json-lines.ts'

export const LINE_PX = 22
const TEXT_CHARS_MAX = 300

export type Mark = { readonly tone: 'wait' | 'bad' | 'good'; readonly text: string }

type Props = {
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

/** One line of a JSON tree. */
export function JsonTreeLine({
  id,
  line,
  top_px,
  isAt,
  isOpen,
  mark,
  onClick,
  onToggle,
}: Props): ReactElement {
  const { name, depth, size } = line
  return (
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
      {/* Before the value, which may be long. */}
      {mark !== undefined && <span className="mr-1 font-sans text-xs font-medium">{mark.text}</span>}
      <Value line={line} isOpen={isOpen} />
      <span className="invisible ml-1 flex group-hover:visible">
        <CopyButton text={() => copyText(line)} what={`the value of ${line.path}`} />
        <CopyButton text={line.path} what={`the path ${line.path}`} label="path" />
      </span>
    </div>
  )
}

function Value({
  line: { kind, value, size },
  isOpen,
}: {
  readonly line: JsonLine
  readonly isOpen: boolean
}) {
  switch (kind) {
    case 'object':
      return <span className="text-muted">{size === 0 ? '{}' : isOpen ? '{' : `{ ${size} }`}</span>
    case 'list':
      return <span className="text-muted">{size === 0 ? '[]' : isOpen ? '[' : `[ ${size} ]`}</span>
    case 'text': {
      const text = value as string
      const shown = text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text
      return (
        <span
          className="text-good"
          title={text.length > TEXT_CHARS_MAX ? `${text.length} characters` : undefined}
        >
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
