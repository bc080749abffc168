import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react'
import type { Json } from '../../core/event.ts'
import type { Answer } from '../api/api.ts'
import { Page } from '../app/Page.tsx'
import { toast } from '../ui/toasts.ts'
import { Conflict } from './Conflict.tsx'
import { EditorButtons, SavedNote } from './EditorHeader.tsx'
import { EditorContext } from './editor-context.ts'
import { FromDeadLetter } from './FromDeadLetter.tsx'
import { History } from './History.tsx'
import { LeaveGuard } from './LeaveGuard.tsx'
import type { Draft, SavedAction } from './logic/draft.ts'
import { isRight } from './logic/trigger-state.ts'
import { NameAndSwitch } from './NameAndSwitch.tsx'
import { Preview } from './preview/Preview.tsx'
import { Trial, type TrialHandle } from './preview/Trial.tsx'
import { type ActionKind, Send } from './send/Send.tsx'
import { type Editor, useEditor } from './use-editor.ts'
import { usePreview, useTrial } from './use-preview.ts'
import { useSamples } from './use-samples.ts'
import { useSave } from './use-save.ts'
import { When } from './when/When.tsx'

type Props = {
  readonly destination: Answer<'GET /admin/v1/destinations/:id'>
  readonly kind: Answer<'GET /admin/v1/catalogue'>['destinations'][number]
  readonly actionKind: ActionKind
  readonly saved: SavedAction
}

/** Left what the action does, right what becomes of a real event, always beside each other. */
export function ActionEditor({ destination, kind, actionKind, saved }: Props): ReactElement {
  const search = useSearch({ from: '/destinations/$destinationId/actions/$actionId' })
  const navigate = useNavigate({ from: '/destinations/$destinationId/actions/$actionId' })
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
  const [isHistoryOpen, setHistoryOpen] = useState(false)
  const trialHandle = useRef<TrialHandle>(null)
  useKeys({
    save: () => (editor.isDirty && editor.isRight ? saving.save() : undefined),
    run: () => trialHandle.current?.open(),
  })

  const { data } = preview.after
  const answer = data !== undefined && 'event' in data ? data : undefined
  const explained = answer?.explanations[0]
  const event = (answer?.event ?? (samples.sample?.kind === 'log' ? samples.sample.event : undefined)) as
    | Json
    | undefined
  const context = useMemo(() => ({ paths: samples.paths, event }), [samples.paths, event])
  const params = { destinationId: destination.id }
  return (
    <EditorContext value={context}>
      <Page
        title={draft.name.trim() === '' ? saved.name : draft.name}
        crumbs={[
          { label: 'Destinations', link: { to: '/destinations' } },
          { label: destination.name, link: { to: '/destinations/$destinationId/actions', params } },
        ]}
        note={<SavedNote destination={destination.id} action={saved.id} isDirty={editor.isDirty} />}
        actions={
          <EditorButtons
            editor={editor}
            isSaving={saving.isSaving}
            onHistory={() => setHistoryOpen(true)}
            onDiscard={() => discard(editor)}
            onSave={saving.save}
          />
        }
      >
        <FromDeadLetter
          destination={destination.id}
          action={saved.id}
          search={search}
          address={address}
          hasSaved={hasSaved && !editor.isDirty}
        />
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,11fr)_minmax(0,9fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            <NameAndSwitch editor={editor} />
            <When editor={editor} counted={samples.matching?.counted} isCounting={samples.isCounting} />
            <Send
              editor={editor}
              kind={actionKind}
              explained={explained}
              isStale={preview.after.isPlaceholderData}
            />
          </div>
          <div className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-16 lg:max-h-[calc(100dvh-5rem)] lg:overflow-y-auto">
            <Trial
              trial={trial}
              isChanged={isChanged}
              isRight={editor.isRight}
              isOff={!draft.enabled || !saved.enabled}
              handle={trialHandle}
            />
            <Preview
              samples={samples}
              preview={preview}
              explained={explained}
              isBehind={!isRight(editor.trigger)}
              isWeb={kind.mode === 'web'}
              receiver={kind.name}
              onChoose={(sample) => {
                const { sample: _, ...rest } = search
                void navigate({
                  search: sample === undefined ? rest : { ...rest, sample },
                  replace: true,
                  resetScroll: false,
                })
              }}
            />
          </div>
        </div>
        <History
          isOpen={isHistoryOpen}
          onClose={() => setHistoryOpen(false)}
          destination={destination.id}
          action={saved.id}
          onRestore={(version) => {
            editor.put({ ...version, enabled: draft.enabled })
            toast('That version is here again. Save, to let it count.')
          }}
        />
        <Conflict editor={editor} saving={saving} />
        <LeaveGuard isDirty={editor.isDirty} />
      </Page>
    </EditorContext>
  )
}

function discard(editor: Editor): void {
  const { draft, began } = editor
  editor.put(began)
  toast('Your changes are discarded.', { undo: () => editor.put(draft) })
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
