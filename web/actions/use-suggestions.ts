import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'

export type Suggestion = {
  readonly label: string
  /** Beside it: a type, an example. */
  readonly detail?: string
}
export type SuggestProps = {
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
  readonly autoFocus?: boolean
}

/** What an input knows of what may be written: the list, where one is in it, and what the keys do. */
export function useSuggestions({ value, onText, suggest, take, onTake, onEnter, autoFocus }: SuggestProps) {
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const caretAfter = useRef<number>(undefined)
  // Where a person has just asked for the input, what may be written is shown at once.
  const [caret, setCaret] = useState(autoFocus ? value.length : undefined)
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

  const close = () => setCaret(undefined)
  function openAt(place: number | null | undefined): void {
    setCaret(place ?? value.length)
    setAt(-1)
  }
  function choose({ label }: Suggestion): void {
    close()
    input.current?.focus()
    if (onTake !== undefined) {
      onTake(label)
      return
    }
    const taken = take?.(value, caret ?? value.length, label) ?? { text: label, caret: label.length }
    caretAfter.current = taken.caret
    onText(taken.text)
  }
  function move(step: 1 | -1): void {
    if (!isOpen) openAt(input.current?.selectionStart)
    else setAt(at === -1 && step === -1 ? options.length - 1 : (at + step + options.length) % options.length)
  }
  function onKeyDown(event: KeyboardEvent): void {
    const option = options[at]
    if (event.ctrlKey || event.metaKey) return
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter' && isOpen && option !== undefined) choose(option)
    else if (event.key === 'Enter') {
      close()
      onEnter?.()
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation()
      close()
    } else return
    event.preventDefault()
  }
  return { input, list, options, isOpen, at, close, choose, openAt, onKeyDown }
}
