import type { QueryClient } from '@tanstack/react-query'
import { errorText } from '../ui/ErrorState.tsx'
import { toast } from '../ui/toasts.ts'
import { api } from './api.ts'

/** Takes a change of the configuration back, says so or why not, and has everything asked for again. */
export async function undoChange(client: QueryClient, change: number): Promise<boolean> {
  let isUndone = false
  try {
    await api('POST /admin/v1/changes/:id/undo', { params: { id: String(change) } })
    isUndone = true
    toast('Undone: it is as it was before.')
  } catch (error) {
    toast(`It could not be undone. ${errorText(error)}`, { tone: 'bad' })
  }
  await client.invalidateQueries()
  return isUndone
}
