import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Json } from '../../core/event.ts'
import type { Answer } from '../api/api.ts'
import { toast } from '../ui/toasts.ts'
import type { Draft, SavedAction } from './logic/draft.ts'
import { joinTriggers } from './logic/join-triggers.ts'
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
  const editor = useEditor(saved, (draft) => withWished(draft, search))
  useWishTold(search)
  const { draft, began } = editor
  const address = search['sample']?.replaceAll('-', '/')
  const samples = useSamples(destination.sources, draft.trigger, editor.isRight, address)
  const right = useLastRight(draft, isRight(editor.trigger))
  const preview = usePreview({ destination: destination.id, saved, draft: right, sample: samples.sample })
  const isChanged = (['trigger', 'transform', 'mapping'] as const).some((part) => part in editor.changes)
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

const WISHES = ['too', 'only'] as const
type Search = Readonly<Record<string, string | undefined>>

/** With the condition that an address brings: `?too=type = "page"` takes these events too, `?only=` no others. */
function withWished(draft: Draft, search: Search): Draft {
  const trigger = WISHES.reduce(
    (text, how) => (search[how] === undefined ? text : joinTriggers(text, search[how], how)),
    draft.trigger,
  )
  return { ...draft, trigger }
}

/** Once it is in the draft the address is without it: loaded again after the save, it would be added again. */
function useWishTold(search: Search): void {
  const navigate = useNavigate({ from: ROUTE })
  const isWished = WISHES.some((how) => search[how] !== undefined)
  useEffect(() => {
    if (!isWished) return
    toast('The condition is added. Save, to let it count.')
    void navigate({ search: ({ too: _, only: __, ...rest }) => rest, replace: true })
  }, [isWished, navigate])
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
