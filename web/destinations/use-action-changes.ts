import { api } from '../api/api.ts'
import { type Destination, useDestination } from './destination.ts'
import { useSave } from './use-save.ts'

type Action = Destination['actions'][number]

/** What can be done with actions; each at once, and each can be taken back. */
export function useActionChanges() {
  const { id, actions } = useDestination()
  const save = useSave()
  return {
    enable(action: Action, enabled: boolean): void {
      void save({
        said: enabled ? `${action.name} is switched on.` : `${action.name} is switched off.`,
        ask: () =>
          api('PATCH /admin/v1/destinations/:id/actions/:action', {
            params: { id, action: action.id },
            body: { enabled },
          }),
        optimistic: { actions: actions.map((one) => (one.id === action.id ? { ...one, enabled } : one)) },
      })
    },
    duplicate(action: Action): void {
      void save({
        said: `${action.name} is duplicated. The copy is switched off.`,
        ask: () =>
          api('POST /admin/v1/destinations/:id/actions', { params: { id }, body: { copyOf: action.id } }),
      })
    },
    remove(action: Action): void {
      void save({
        said: `${action.name} is deleted.`,
        ask: () =>
          api('DELETE /admin/v1/destinations/:id/actions/:action', { params: { id, action: action.id } }),
        optimistic: { actions: actions.filter((one) => one.id !== action.id) },
      })
    },
    add(action: string, name: string): Promise<boolean> {
      return save({
        said: `${name} is added.`,
        ask: () => api('POST /admin/v1/destinations/:id/actions', { params: { id }, body: { action } }),
      })
    },
    move(action: string, step: -1 | 1): void {
      const moved = movedBy(actions, action, step)
      void save({
        said: 'The order of the actions is changed.',
        ask: () =>
          api('PUT /admin/v1/destinations/:id/actions', {
            params: { id },
            body: { order: moved.map((one) => one.id) },
          }),
        optimistic: { actions: moved },
      })
    },
  }
}

function movedBy(actions: readonly Action[], id: string, step: -1 | 1): readonly Action[] {
  const from = actions.findIndex((one) => one.id === id)
  const action = actions[from]
  if (action === undefined) return actions
  return actions.toSpliced(from, 1).toSpliced(from + step, 0, action)
}
