import { type ReactElement, useState } from 'react'
import { Page } from '../app/Page.tsx'
import { MaskNote } from '../events/MaskNote.tsx'
import { toast } from '../ui/toasts.ts'
import { useSoon } from '../ui/use-soon.ts'
import { ActionTransform } from './ActionTransform.tsx'
import { Conflict } from './Conflict.tsx'
import { EditorButtons, SavedNote } from './EditorHeader.tsx'
import { EditorContext } from './editor-context.ts'
import { FromDeadLetter } from './FromDeadLetter.tsx'
import { History } from './History.tsx'
import { LeaveGuard } from './LeaveGuard.tsx'
import { isRight } from './logic/trigger-state.ts'
import { NameAndSwitch } from './NameAndSwitch.tsx'
import { Preview } from './preview/Preview.tsx'
import { Trial } from './preview/Trial.tsx'
import { Send } from './send/Send.tsx'
import type { Editor } from './use-editor.ts'
import { type EditorProps, useWork, type Work } from './use-work.ts'
import { When } from './when/When.tsx'

/** Left what the action does, right what becomes of a real event, always beside each other. */
export function ActionEditor(props: EditorProps): ReactElement {
  const { destination, kind, actionKind, saved } = props
  const work = useWork(props)
  const { editor, samples, saving, search, address } = work
  const { draft } = editor
  const [isHistoryOpen, setHistoryOpen] = useState(false)
  const isSoon = useSoon()
  const params = { destinationId: destination.id }
  return (
    <EditorContext value={work.context}>
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
        <MaskNote />
        <FromDeadLetter
          {...{ destination: destination.id, action: saved.id, search, address, hasSaved: work.hasSaved }}
        />
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,11fr)_minmax(0,9fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            <NameAndSwitch editor={editor} />
            <When editor={editor} counted={samples.matching?.counted} isCounting={samples.isCounting} />
            {isSoon && kind.mode === 'cloud' && (
              <ActionTransform editor={editor} sources={destination.sources} />
            )}
            {isSoon && (
              <Send
                editor={editor}
                kind={actionKind}
                explained={work.explained}
                isStale={work.preview.after.isPlaceholderData}
              />
            )}
          </div>
          {isSoon && <RightSide {...props} work={work} />}
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

function RightSide({ kind, saved, work }: EditorProps & { readonly work: Work }): ReactElement {
  const { editor, samples, preview, explained, trial } = work
  return (
    <div className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-16 lg:max-h-[calc(100dvh-5rem)] lg:overflow-y-auto">
      <Trial
        trial={trial}
        isChanged={work.isChanged}
        isRight={editor.isRight}
        isOff={!editor.draft.enabled || !saved.enabled}
        handle={work.trialHandle}
      />
      <Preview
        samples={samples}
        preview={preview}
        explained={explained}
        isBehind={!isRight(editor.trigger)}
        isWeb={kind.mode === 'web'}
        receiver={kind.name}
        onChoose={work.choose}
      />
    </div>
  )
}

function discard(editor: Editor): void {
  const { draft, began } = editor
  editor.put(began)
  toast('Your changes are discarded.', { undo: () => editor.put(draft) })
}
