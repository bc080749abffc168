import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../api/api.ts'
import { undoChange } from '../api/undo-change.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { toast } from '../ui/toasts.ts'
import { useDestination } from './destination.ts'

/** Deletes the destination of this page, and goes to the list, with a way back. */
export function useRemove(): () => void {
  const { id, name } = useDestination()
  const client = useQueryClient()
  const navigate = useNavigate()
  async function remove(): Promise<void> {
    try {
      const { change } = await api('DELETE /admin/v1/destinations/:id', { params: { id } })
      await navigate({ to: '/destinations' })
      await client.invalidateQueries({ queryKey: ['destinations'], exact: true })
      toast(`${name} is deleted.`, { undo: () => void undoChange(client, change) })
    } catch (error) {
      toast(`${name} could not be deleted. ${errorText(error)}`, { tone: 'bad' })
    }
  }
  return () => void remove()
}
