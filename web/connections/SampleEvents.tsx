import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'

/** For whoever wants to look around first: a source that has something to show. */
export function SampleEvents(): ReactElement {
  const client = useQueryClient()
  const navigate = useNavigate()
  const start = useMutation({
    async mutationFn() {
      const { saved } = await api('POST /admin/v1/sources', { body: { name: 'Sample shop', kind: 'http' } })
      await api('POST /admin/v1/sources/:id/sample-events', { params: { id: saved.id } })
      return saved.id
    },
    async onSuccess(sourceId) {
      await client.invalidateQueries({ queryKey: ['sources'] })
      await navigate({ to: '/sources/$sourceId', params: { sourceId } })
    },
  })
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button needs="edit" isBusy={start.isPending} onClick={() => start.mutate()}>
        <Icon name="play" /> Try it with sample events
      </Button>
      <span className="text-sm text-muted">
        Makes a source and sends seven made-up events through it. Delete it when you have seen enough.
      </span>
      {start.error !== null && (
        <p role="alert" className="text-sm text-bad">
          {errorText(start.error)}
        </p>
      )}
    </div>
  )
}
