import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Time } from '../ui/Time.tsx'
import type { Editor } from './use-editor.ts'

export function versionsQuery(destination: string, action: string) {
  return {
    queryKey: ['destinations', destination, 'versions', action],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      api('GET /admin/v1/destinations/:id/actions/:action/versions', {
        params: { id: destination, action },
        signal,
      }),
  }
}

type NoteProps = { readonly destination: string; readonly action: string; readonly isDirty: boolean }

/** Which version this is, who saved it and when; or that something is not saved. */
export function SavedNote({ destination, action, isDirty }: NoteProps): ReactElement {
  const { data } = useQuery(versionsQuery(destination, action))
  const versions = data?.versions ?? []
  const [newest] = versions
  return (
    <p className="text-sm text-muted" role="status">
      {isDirty && <span className="mr-2 rounded bg-accent-soft px-1.5 py-0.5 text-accent">not saved</span>}
      {newest !== undefined && (
        <>
          v{versions.length} · saved <Time at={newest.at} /> by {newest.by}
        </>
      )}
    </p>
  )
}

type ButtonsProps = {
  readonly editor: Editor
  readonly isSaving: boolean
  readonly onHistory: () => void
  readonly onDiscard: () => void
  readonly onSave: () => void
}

export function EditorButtons(props: ButtonsProps): ReactElement {
  const { editor, isSaving, onHistory, onDiscard, onSave } = props
  const { isDirty, isRight } = editor
  return (
    <>
      <Button look="quiet" onClick={onHistory}>
        <Icon name="clock" /> History
      </Button>
      <Button disabled={!isDirty} onClick={onDiscard}>
        Discard
      </Button>
      <Button
        needs="edit"
        look="primary"
        isBusy={isSaving}
        disabled={!isDirty || !isRight}
        title={isDirty && !isRight ? 'Something is not right yet: it is marked below' : 'Ctrl-S'}
        aria-keyshortcuts="Control+S Meta+S"
        onClick={onSave}
      >
        Save
      </Button>
    </>
  )
}
