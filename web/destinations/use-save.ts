import { useQueryClient } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import { undoChange } from '../api/undo-change.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { toast } from '../ui/toasts.ts'
import { type Destination, useDestination } from './destination.ts'

type Saving = {
  /** What is then done, in words: "Heap is paused". */
  readonly said: string
  readonly ask: () => Promise<{ readonly saved: Destination; readonly change: number }>
  /** As it will most likely be: shown at once, and taken back when the server refuses. */
  readonly optimistic?: Partial<Destination>
}

/** Changes the destination of this page; says so, with a way back, or says why not. */
export function useSave(): (saving: Saving) => Promise<boolean> {
  const { id } = useDestination()
  const client = useQueryClient()
  return async ({ said, ask, optimistic }) => {
    const { queryKey } = queries.destination(id)
    await client.cancelQueries({ queryKey, exact: true })
    const before = client.getQueryData(queryKey)
    if (before !== undefined) client.setQueryData(queryKey, { ...before, ...optimistic })
    try {
      const { saved, change } = await ask()
      client.setQueryData(queryKey, saved)
      void client.invalidateQueries()
      toast(said, change === 0 ? {} : { undo: () => void undoChange(client, change) })
      return true
    } catch (error) {
      client.setQueryData(queryKey, before)
      toast(errorText(error), { tone: 'bad' })
      void client.invalidateQueries({ queryKey })
      return false
    }
  }
}
