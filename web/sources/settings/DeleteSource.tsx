import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../../api/api.ts'
import { useSaved } from '../../api/use-saved.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Part } from './Part.tsx'
import type { Source } from './RenameSource.tsx'

export function DeleteSource({ source: { id, name } }: { readonly source: Source }): ReactElement {
  const navigate = useNavigate()
  const remove = useSaved((_: undefined) => api('DELETE /admin/v1/sources/:id', { params: { id } }), {
    said: () => `${name} is deleted.`,
    onDone: () => void navigate({ to: '/sources' }),
    onUndone: () => void navigate({ to: '/sources/$sourceId/settings', params: { sourceId: id } }),
  })
  return (
    <Part title="Delete">
      <p className="mb-3 text-muted">
        Clients that send with its write keys are answered 401 from then on. What it has sent stays in the log
        and still goes to where it was bound. It can be undone.
      </p>
      <Button needs="edit" look="danger" isBusy={remove.isPending} onClick={() => remove.mutate(undefined)}>
        <Icon name="trash" /> <span className="truncate">Delete {name}</span>
      </Button>
    </Part>
  )
}
