import { api } from '../api/api.ts'
import { useDestination } from './destination.ts'
import { useSave } from './use-save.ts'

/** Pause and resume, off and on: at once, with a way back. */
export function useSwitches() {
  const { id, name } = useDestination()
  const save = useSave()
  return {
    pause(paused: boolean): void {
      void save({
        said: paused ? `${name} is paused. Events wait for it.` : `${name} goes on.`,
        ask: () => api('PATCH /admin/v1/destinations/:id', { params: { id }, body: { paused } }),
        optimistic: { paused },
      })
    },
    enable(enabled: boolean): void {
      void save({
        said: enabled ? `${name} is switched on.` : `${name} is switched off. Events pass it by.`,
        ask: () => api('PATCH /admin/v1/destinations/:id', { params: { id }, body: { enabled } }),
        optimistic: { enabled },
      })
    },
  }
}
