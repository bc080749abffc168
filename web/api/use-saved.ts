import { useMutation, useQueryClient } from '@tanstack/react-query'
import { errorText } from '../ui/ErrorState.tsx'
import { toast } from '../ui/toasts.ts'
import { undoChange } from './undo-change.ts'

/** What every change of the configuration answers: the number by which it can be undone, 0 when nothing changed. */
type Changed = { readonly change: number }

type Options<Given> = {
  /** What has been done, in words. */
  readonly said: (given: Given) => string
  readonly onDone?: () => void
  readonly onUndone?: () => void
}

/** Does a change, says so with a way back, and has everything asked for again that it may have touched. */
export function useSaved<Given>(
  save: (given: Given) => Promise<Changed>,
  { said, onDone, onUndone }: Options<Given>,
) {
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries()
  async function undo(change: number): Promise<void> {
    if (await undoChange(client, change)) onUndone?.()
  }
  return useMutation({
    mutationFn: save,
    onSuccess: async ({ change }, given) => {
      onDone?.()
      if (change > 0) toast(said(given), { undo: () => void undo(change) })
      await refresh()
    },
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  })
}
