import { useSyncExternalStore } from 'react'
import type { JsonObject } from '../../core/event.ts'

/** A destination that is being set up, as far as it has come. */
export type Draft = {
  readonly name?: string
  readonly sources: readonly string[]
  /** As they were typed; what was not touched is not there. */
  readonly settings: JsonObject
  /** The presets that are not as they come. */
  readonly switched: Readonly<Record<string, boolean>>
}
const EMPTY: Draft = { sources: [], settings: {}, switched: {} }

const drafts = new Map<string, Draft>()
const listeners = new Set<() => void>()

/** Kept while the tab is open, over going back and loading again; secrets only until the page is loaded again. */
export function readDraft(kind: string): Draft {
  const known = drafts.get(kind) ?? stored(kind) ?? EMPTY
  drafts.set(kind, known)
  return known
}

export function writeDraft(kind: string, draft: Draft | undefined, secrets: readonly string[] = []): void {
  if (draft === undefined) drafts.delete(kind)
  else drafts.set(kind, draft)
  store(kind, draft, secrets)
  for (const listener of listeners) listener()
}

export function useDraft(kind: string): Draft {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => readDraft(kind),
  )
}

/** Without what was emptied again: that is as it comes. */
export function givenSettings({ settings }: Draft): Draft['settings'] {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''))
}

function stored(kind: string): Draft | undefined {
  try {
    const text = sessionStorage.getItem(`millrace.draft.${kind}`)
    return text === null ? undefined : (JSON.parse(text) as Draft)
  } catch {
    return undefined
  }
}

function store(kind: string, draft: Draft | undefined, secrets: readonly string[]): void {
  try {
    const key = `millrace.draft.${kind}`
    if (draft === undefined) {
      sessionStorage.removeItem(key)
      return
    }
    const settings = Object.fromEntries(
      Object.entries(draft.settings).filter(([name]) => !secrets.includes(name)),
    )
    sessionStorage.setItem(key, JSON.stringify({ ...draft, settings }))
  } catch {
    // Storage is closed or full: the draft lives as long as the page.
  }
}
