import { createContext, useContext } from 'react'
import type { Json } from '../../core/event.ts'
import type { SeenPath } from './logic/paths.ts'

/** What every input of the editor may need: the paths of real events, and the event that is looked at. */
export type EditorContext = {
  readonly paths: readonly SeenPath[]
  readonly event: Json | undefined
}

export const EditorContext = createContext<EditorContext>({ paths: [], event: undefined })

export function useEditorContext(): EditorContext {
  return useContext(EditorContext)
}
