import { type ReactElement, useId } from 'react'
import { classNames } from '../ui/class-names.ts'
import { INPUT_CLASS } from '../ui/TextInput.tsx'
import { type SuggestProps, useSuggestions } from './use-suggestions.ts'

type Props = SuggestProps & {
  readonly label: string
  readonly placeholder?: string
  readonly isInvalid?: boolean
  readonly isMono?: boolean
  readonly className?: string
}

/** An input that knows what may be written: arrows move in the list, Enter takes, Escape closes it. */
export function SuggestInput(props: Props): ReactElement {
  const { label, value, onText, isInvalid = false, isMono = false } = props
  const id = useId()
  const { input, isOpen, at, close, openAt, onKeyDown, ...list } = useSuggestions(props)
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
          openAt(event.target.selectionStart ?? event.target.value.length)
        }}
        onClick={() => openAt(input.current?.selectionStart)}
        onBlur={close}
        onKeyDown={onKeyDown}
        className={classNames(INPUT_CLASS, 'h-8', isMono && 'font-mono text-sm')}
      />
      {isOpen && <Options {...list} id={id} label={label} at={at} isMono={isMono} />}
    </span>
  )
}

type OptionsProps = Pick<ReturnType<typeof useSuggestions>, 'list' | 'options' | 'at' | 'choose'> & {
  readonly id: string
  readonly label: string
  readonly isMono: boolean
}

function Options({ list, options, at, choose, id, label, isMono }: OptionsProps): ReactElement {
  return (
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
  )
}
