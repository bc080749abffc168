import type { ReactElement } from 'react'
import type { Json } from '../../core/event.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Diff } from '../ui/Diff.tsx'
import { changesOf, draftOf } from './logic/draft.ts'
import type { Editor } from './use-editor.ts'
import type { useSave } from './use-save.ts'

type Props = { readonly editor: Editor; readonly saving: ReturnType<typeof useSave> }

/** Somebody else changed the same part meanwhile: both are shown, and the person chooses. */
export function Conflict({ editor, saving }: Props): ReactElement {
  const { conflict, closeConflict, overwrite } = saving
  const { draft } = editor
  const theirs = conflict && draftOf(conflict.theirs)
  const differs = theirs === undefined ? [] : Object.keys(changesOf(draft, theirs))
  return (
    <Dialog
      isOpen={conflict !== undefined}
      onClose={closeConflict}
      title="Somebody else changed it meanwhile"
      isWide
      actions={
        theirs !== undefined && (
          <>
            <Button onClick={closeConflict}>Go on editing</Button>
            <Button
              onClick={() => {
                editor.put(theirs, theirs)
                closeConflict()
              }}
            >
              Take theirs
            </Button>
            <Button look="primary" onClick={() => overwrite(conflict as NonNullable<typeof conflict>)}>
              Save mine over it
            </Button>
          </>
        )
      }
    >
      {theirs !== undefined && (
        <div className="flex flex-col gap-3">
          <p>
            You both changed the {differs.join(' and the ')}. Nothing is lost: whichever is saved, the other
            is in the history or still here.
          </p>
          <Diff
            label="Theirs and yours"
            wasTitle="Theirs, as it counts now"
            becomesTitle="Yours, not saved"
            was={theirs as unknown as Json}
            becomes={draft as unknown as Json}
          />
        </div>
      )}
    </Dialog>
  )
}
