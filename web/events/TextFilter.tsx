import { type ReactElement, useEffect, useRef, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import { TextInput } from '../ui/TextInput.tsx'

/** Long enough to finish a word. */
const TYPING_MS = 300

type Props = {
  readonly label: string
  readonly value: string
  readonly onText: (text: string) => void
  /** Such as a width. */
  readonly className?: string
  readonly isSearch?: boolean
}

/** A filter that is typed: it counts when the typing stops, at Enter, and when it is left. */
export function TextFilter({
  label,
  value,
  onText,
  className = 'w-40',
  isSearch = false,
}: Props): ReactElement {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  // Changed elsewhere, such as by "Clear": typed words that nobody asked for any more go too.
  if (value !== known) {
    setKnown(value)
    setText(value)
  }
  const say = useRef(onText)
  useEffect(() => {
    say.current = onText
  })
  useEffect(() => {
    if (text.trim() === value) return
    const timer = setTimeout(() => say.current(text.trim()), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, value])
  const sayNow = () => {
    if (text.trim() !== value) onText(text.trim())
  }
  return (
    <span className={`relative inline-block ${className}`}>
      {isSearch && <Icon name="search" className="pointer-events-none absolute top-2 left-2 text-muted" />}
      <TextInput
        aria-label={label}
        placeholder={label}
        value={text}
        onText={setText}
        onBlur={sayNow}
        onKeyDown={(event) => {
          if (event.key === 'Enter') sayNow()
          if (event.key === 'Escape' && text !== '') {
            setText('')
            onText('')
          }
        }}
        className={isSearch ? 'h-8 pl-7.5' : 'h-8'}
      />
    </span>
  )
}
