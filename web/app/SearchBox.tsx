import { keepPreviousData, useQuery } from '@tanstack/react-query'
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
import { api } from '../api/api.ts'
import { Icon } from '../ui/Icon.tsx'
import { SearchHits } from './SearchHits.tsx'
import { type ShownHit, showHit } from './search-hits.ts'

const SHOWN_MAX = 12
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

/** Looks for events, people, sources and destinations from anywhere: `/` and Ctrl-K lead here. */
export function SearchBox(): ReactElement {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const asked = useDeferredValue(text.trim())
  const { hits, said } = useHits(asked, isOpen)
  useSearchKeys(() => input.current?.focus())

  function go(hit: ShownHit | undefined): void {
    setOpen(false)
    input.current?.blur()
    if (hit !== undefined) void navigate(hit.link)
    else if (asked !== '') void navigate({ to: '/search', search: { q: text.trim() } })
  }
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
        onChange={(event) => {
          setText(event.target.value)
          setOpen(true)
          setAt(-1)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        className="h-8 w-full rounded-md border border-edge bg-page pr-7 pl-7.5 text-sm"
      />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute top-1.5 right-2 font-mono text-sm text-muted"
      >
        /
      </span>
      {isOpen && asked !== '' && <SearchHits id={id} hits={hits} at={at} onChoose={go} said={said} />}
    </search>
  )
}

function useHits(
  asked: string,
  isOpen: boolean,
): { readonly hits: readonly ShownHit[]; readonly said: string } {
  const { data, error, isFetching } = useQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal }) => api('GET /admin/v1/search', { query: { q: asked }, signal }),
    enabled: isOpen && asked !== '',
    placeholderData: keepPreviousData,
    retry: false,
  })
  const hits = asked === '' ? [] : (data?.hits ?? []).slice(0, SHOWN_MAX).map(showHit)
  const isLooking = isFetching && data === undefined
  return { hits, said: saidOf({ asked, count: hits.length, isLooking, error }) }
}

type Said = {
  readonly asked: string
  readonly count: number
  readonly isLooking: boolean
  readonly error: Error | null
}

function saidOf({ asked, count, isLooking, error }: Said): string {
  if (error !== null) return error.message
  if (isLooking) return 'Looking…'
  return count === 0 ? `Nothing is called or holds “${asked}”.` : 'Enter shows all that was found.'
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
