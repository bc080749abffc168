import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { isApiError } from '../api/request.ts'
import { undoChange } from '../api/undo-change.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { toast } from '../ui/toasts.ts'
import { changesOf, type Draft, draftOf, meet, type SavedAction } from './logic/draft.ts'

type Destination = Answer<'GET /admin/v1/destinations/:id'>
type Where = { readonly destination: Destination; readonly saved: SavedAction }

/** Both changed the same part of it: what is there now, to be chosen between. */
export type ConflictOf = { readonly theirs: SavedAction; readonly revision: number }

/** Saves a draft as a new version; what somebody else saved meanwhile is met, and never overwritten unseen. */
export function useSave(
  { destination, saved }: Where,
  { draft, began }: { readonly draft: Draft; readonly began: Draft },
  onSaved: (saved: Draft) => void,
) {
  const client = useQueryClient()
  const [conflict, setConflict] = useState<ConflictOf>()
  const params = { id: destination.id, action: saved.id }

  async function patch(next: Draft, against: Draft, revision: number): Promise<void> {
    const body = { ...changesOf(next, against), revision }
    const answer = await api('PATCH /admin/v1/destinations/:id/actions/:action', { params, body })
    const { change } = answer
    setConflict(undefined)
    onSaved(next)
    client.setQueryData(queries.destination(destination.id).queryKey, answer.saved)
    void client.invalidateQueries({ queryKey: ['destinations'] })
    const undo = () => void undoChange(client, change)
    toast(`${next.name} is saved. It counts from the next event on.`, change === 0 ? {} : { undo })
  }

  const saving = useMutation({
    async mutationFn() {
      // The page may have heard of it already.
      if (meet(draft, began, draftOf(saved)).kind === 'conflict') {
        setConflict({ theirs: saved, revision: destination.revision })
        return
      }
      try {
        await patch(draft, began, destination.revision)
      } catch (error) {
        if (!isApiError(error) || error.code !== 'CHANGED_MEANWHILE') throw error
        const fresh = await client.fetchQuery({ ...queries.destination(destination.id), staleTime: 0 })
        const theirs = fresh.actions.find(({ id }) => id === saved.id)
        if (theirs === undefined) throw error
        const met = meet(draft, began, draftOf(theirs))
        if (met.kind === 'conflict') setConflict({ theirs, revision: fresh.revision })
        else await patch(met.draft, draftOf(theirs), fresh.revision)
      }
    },
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  })

  return {
    save: () => saving.mutate(),
    isSaving: saving.isPending,
    error: saving.error,
    conflict,
    closeConflict: () => setConflict(undefined),
    /** Saves mine over theirs, knowingly. */
    overwrite({ theirs, revision }: ConflictOf) {
      patch(draft, draftOf(theirs), revision).catch((error: unknown) =>
        toast(errorText(error), { tone: 'bad' }),
      )
    },
  }
}
