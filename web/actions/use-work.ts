import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Json } from '../../core/event.ts'
import type { Answer } from '../api/api.ts'
import type { Draft, SavedAction } from './logic/draft.ts'
import { isRight } from './logic/trigger-state.ts'
import type { TrialHandle } from './preview/Trial.tsx'
import type { ActionKind } from './send/Send.tsx'
import { useEditor } from './use-editor.ts'
import { usePreview, useTrial } from './use-preview.ts'
import { useSamples } from './use-samples.ts'
import { useSave } from './use-save.ts'

const ROUTE = '/destinations/$destinationId/actions/$actionId'

export type EditorProps = {
  readonly destination: Answer<'GET /admin/v1/destinations/:id'>
  readonly kind: Answer<'GET /admin/v1/catalogue'>['destinations'][number]
  readonly actionKind: ActionKind
  readonly saved: SavedAction
}
export type Work = ReturnType<typeof useWork>

/** All that goes on while an action is edited: the draft, real events, what becomes of them, saving. */
export function useWork({ destination, saved }: EditorProps) {
  const search = useSearch({ from: ROUTE })
  const navigate = useNavigate({ from: ROUTE })
  const editor = useEditor(saved)
  const { draft, began } = editor
  const address = search['sample']?.replaceAll('-', '/')
  const samples = useSamples(destination.sources, draft.trigger, editor.isRight, address)
  const right = useLastRight(draft, isRight(editor.trigger))
  const preview = usePreview({ destination: destination.id, saved, draft: right, sample: samples.sample })
  const isChanged = editor.changes.trigger !== undefined || editor.changes.mapping !== undefined
  const trial = useTrial(destination.id, saved, right, isChanged)
  const [hasSaved, setHasSaved] = useState(false)
  const saving = useSave({ destination, saved }, { draft, began }, (next) => {
    setHasSaved(true)
    editor.settle(next)
  })
  const trialHandle = useRef<TrialHandle>(null)
  useKeys({
    save: () => (editor.isDirty && editor.isRight ? saving.save() : undefined),
    run: () => trialHandle.current?.open(),
  })

  const { data } = preview.after
  const answer = data !== undefined && 'event' in data ? data : undefined
  const inLog = samples.sample?.kind === 'log' ? samples.sample.event : undefined
  const event = (answer?.event ?? inLog) as Json | undefined
  return {
    ...{ editor, samples, preview, trial, saving, isChanged, trialHandle, search, address },
    hasSaved: hasSaved && !editor.isDirty,
    explained: answer?.explanations[0],
    context: useMemo(() => ({ paths: samples.paths, event }), [samples.paths, event]),
    /** Which event is looked at stands in the address; undefined: the newest that matches. */
    choose(sample: string | undefined): void {
      const { sample: _, ...rest } = search
      const next = sample === undefined ? rest : { ...rest, sample }
      void navigate({ search: next, replace: true, resetScroll: false })
    },
  }
}

/** The newest draft whose trigger can be read: what is tried and shown while a person is in the middle of a word. */
function useLastRight(draft: Draft, isRightNow: boolean): Draft {
  const [right, setRight] = useState(draft)
  if (isRightNow && right !== draft) setRight(draft)
  return right
}

/** Ctrl-S saves, Ctrl-Enter shows what would have become of the last events; ⌘ on a Mac. */
function useKeys(does: { readonly save: () => void; readonly run: () => void }): void {
  const latest = useRef(does)
  latest.current = does
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      if (event.key === 's') latest.current.save()
      else if (event.key === 'Enter') latest.current.run()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}
