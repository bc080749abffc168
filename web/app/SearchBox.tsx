import { useNavigate } from '@tanstack/react-router'
import {
  type KeyboardEvent,
  type ReactElement,
  useDeferredValue,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { Icon } from '../ui/Icon.tsx'
import { rememberHit, useRecentHits } from './recent-hits.ts'
import { SearchHits } from './SearchHits.tsx'
import type { ShownHit } from './search-hits.ts'
import { useHits } from './use-hits.ts'

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

/** Looks for events, people, sources and destinations from anywhere: `/` and Ctrl-K lead here. */
export function SearchBox(): ReactElement {
  const id = useId()
  const box = useSearchBox()
  const { input, text, isOpen, hits, at, said } = box
  const isShown = isOpen && (text.trim() !== '' || hits.length > 0)
  return (
    <search className="relative min-w-0 flex-1 sm:max-w-72">
      <Icon name="search" className="pointer-events-none absolute top-2 left-2 text-muted" />
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Search events, people, sources and destinations"
        aria-expanded={isOpen && hits.length > 0}
        aria-controls={`${id}-hits`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 && hits[at] !== undefined ? `${id}-${at}` : undefined}
        placeholder="Search events, people"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => box.type(event.target.value)}
        onPaste={(event) => box.setPasted(event.clipboardData.getData('text').trim())}
        onFocus={() => box.setOpen(true)}
        onBlur={() => box.setOpen(false)}
        onKeyDown={box.onKeyDown}
        className="h-8 w-full rounded-md border border-edge bg-page pr-7 pl-7.5 text-sm"
      />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute top-1.5 right-2 font-mono text-sm text-muted"
      >
        /
      </span>
      {isShown && <SearchHits id={id} hits={hits} at={at} onChoose={box.go} said={said} />}
    </search>
  )
}

/** What is typed, what was found for it, and what the keys do. */
function useSearchBox() {
  const input = useRef<HTMLInputElement>(null)
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const [pasted, setPasted] = useState('')
  const asked = useDeferredValue(text.trim())
  const found = useHits(asked, isOpen)
  const recent = useRecentHits()
  const hits = asked === '' ? recent : found.hits
  const said = asked === '' ? RECENT_SAID : found.said
  useSearchKeys(() => {
    input.current?.focus()
    input.current?.select()
  })

  function go(hit: ShownHit | undefined): void {
    setOpen(false)
    input.current?.blur()
    if (hit !== undefined) {
      rememberHit(hit)
      setText('')
      void navigate(hit.link)
    } else if (text.trim() !== '') void navigate({ to: '/search', search: { q: text.trim() } })
  }
  useJump(found.isOfThis && asked === pasted ? found.hits : [], (hit) => {
    setPasted('')
    go(hit)
  })
  function onKeyDown(event: KeyboardEvent): void {
    const step = STEPS[event.key]
    if (step !== undefined && hits.length > 0) {
      setOpen(true)
      setAt((at + step + hits.length) % hits.length)
    } else if (event.key === 'Enter') go(hits[at])
    else if (event.key === 'Escape' && isOpen) setOpen(false)
    else return
    event.preventDefault()
  }

  return {
    ...{ input, text, isOpen, hits, at, said, go, onKeyDown, setOpen, setPasted },
    type(next: string): void {
      setText(next)
      setOpen(true)
      setAt(-1)
    },
  }
}

const RECENT_SAID = 'Type a messageId, a person, an event name, a source or a destination.'

/** A messageId that was pasted leads to its event at once, when one event has it; its duplicates do not count. */
function useJump(hits: readonly ShownHit[], go: (hit: ShownHit) => void): void {
  const events = hits.filter(isEvent)
  const only = events.length === 1 ? events[0] : undefined
  const latest = useRef({ only, go })
  useEffect(() => {
    latest.current = { only, go }
  })
  const key = only?.key
  useEffect(() => {
    const { only: hit, go: leave } = latest.current
    if (key !== undefined && hit !== undefined) leave(hit)
  }, [key])
}

function isEvent({ group, text }: ShownHit): boolean {
  return group === 'Events with this messageId' && text !== 'duplicate' && !text.startsWith('refused: ')
}

function useSearchKeys(focus: () => void): void {
  const latest = useRef(focus)
  useEffect(() => {
    latest.current = focus
  })
  useEffect(() => {
    function onKey(event: globalThis.KeyboardEvent): void {
      const isTyping =
        event.target instanceof Element &&
        event.target.closest('input,textarea,select,[contenteditable=true]')
      const isSlash = event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey
      const isCtrlK = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)
      if (!isSlash && !isCtrlK) return
      event.preventDefault()
      latest.current()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
