import { type KeyboardEvent, type ReactElement, useId, useLayoutEffect, useRef, useState } from 'react'
import { classNames } from '../ui/class-names.ts'
import { INPUT_CLASS } from '../ui/TextInput.tsx'

export type Suggestion = {
  readonly label: string
  /** Beside it: a type, an example. */
  readonly detail?: string
}
type Props = {
  readonly label: string
  readonly value: string
  readonly onText: (text: string) => void
  /** What may be meant at the caret. */
  readonly suggest: (text: string, caret: number) => readonly Suggestion[]
  /** The text and the caret once one is taken; left out, it takes the place of the whole text. */
  readonly take?: (
    text: string,
    caret: number,
    label: string,
  ) => { readonly text: string; readonly caret: number }
  /** In place of `onText` and `take`, when what is taken is more than its text. */
  readonly onTake?: (label: string) => void
  readonly onEnter?: () => void
  readonly placeholder?: string
  readonly isInvalid?: boolean
  readonly isMono?: boolean
  readonly className?: string
  readonly autoFocus?: boolean
}

/** An input that knows what may be written: arrows move in the list, Enter takes, Escape closes it. */
export function SuggestInput(props: Props): ReactElement {
  const { label, value, onText, suggest, take, onEnter, isInvalid = false, isMono = false } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const caretAfter = useRef<number>(undefined)
  // Where a person has just asked for the input, what may be written is shown at once.
  const [caret, setCaret] = useState(props.autoFocus ? value.length : undefined)
  const [at, setAt] = useState(-1)
  const options = caret === undefined ? [] : suggest(value, Math.min(caret, value.length))
  const isOpen = options.length > 0

  useLayoutEffect(() => {
    if (caretAfter.current === undefined) return
    input.current?.setSelectionRange(caretAfter.current, caretAfter.current)
    caretAfter.current = undefined
  })
  useLayoutEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' })
  }, [at])

  function open(): void {
    setCaret(input.current?.selectionStart ?? value.length)
    setAt(-1)
  }
  function choose(option: Suggestion): void {
    setCaret(undefined)
    input.current?.focus()
    if (props.onTake !== undefined) {
      props.onTake(option.label)
      return
    }
    const taken = take?.(value, caret ?? value.length, option.label) ?? {
      text: option.label,
      caret: option.label.length,
    }
    caretAfter.current = taken.caret
    onText(taken.text)
  }
  function onKeyDown(event: KeyboardEvent): void {
    const option = options[at]
    if (event.ctrlKey || event.metaKey) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      if (!isOpen) open()
      else
        setAt(at === -1 && step === -1 ? options.length - 1 : (at + step + options.length) % options.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (isOpen && option !== undefined) choose(option)
      else {
        setCaret(undefined)
        onEnter?.()
      }
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      event.stopPropagation()
      setCaret(undefined)
    }
  }

  return (
    <span className={classNames('relative block min-w-0', props.className)}>
      <input
        ref={input}
        type="text"
        role="combobox"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: only where a person has just asked for this input
        autoFocus={props.autoFocus}
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && at >= 0 ? `${id}-${at}` : undefined}
        aria-invalid={isInvalid || undefined}
        placeholder={props.placeholder}
        value={value}
        onChange={(event) => {
          onText(event.target.value)
          setCaret(event.target.selectionStart ?? event.target.value.length)
          setAt(-1)
        }}
        onClick={open}
        onBlur={() => setCaret(undefined)}
        onKeyDown={onKeyDown}
        className={classNames(INPUT_CLASS, 'h-8', isMono && 'font-mono text-sm')}
      />
      {isOpen && (
        <ul
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label={`${label}: what may be meant`}
          className="absolute top-full left-0 z-30 mt-1 max-h-64 w-max max-w-[min(28rem,80vw)] min-w-full overflow-y-auto rounded-lg bg-surface p-1 shadow-pop"
        >
          {options.map((option, index) => (
            <li
              key={option.label}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              onPointerDown={(event) => {
                event.preventDefault()
                choose(option)
              }}
              className="flex cursor-pointer items-baseline justify-between gap-4 rounded px-2 py-1 hover:bg-hover aria-selected:bg-hover"
            >
              <span className={classNames('break-all', isMono && 'font-mono text-sm')}>{option.label}</span>
              <span className="max-w-48 truncate text-xs text-muted">{option.detail}</span>
            </li>
          ))}
        </ul>
      )}
    </span>
  )
}
