import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { type Entry, isOlder } from './entry.ts'
import type { EventQuery } from './use-event-pages.ts'

const LOOK_EVERY_MS = 4_000
const COUNTED_MAX = 50

type Props = {
  readonly query: EventQuery
  readonly newest: Entry | undefined
  readonly onShow: () => void
}

/** Says that newer ones are there; rows do not move until somebody asks for them. */
export function NewerEvents({ query, newest, onShow }: Props): ReactElement {
  const { data } = useQuery({
    queryKey: ['newer-events', query],
    queryFn: ({ signal }) => api('GET /admin/v1/events', { query: { ...query, limit: COUNTED_MAX }, signal }),
    refetchInterval: LOOK_EVERY_MS,
    retry: false,
  })
  const newer = data?.events.filter((entry) => newest === undefined || isOlder(newest, entry)).length ?? 0
  return (
    <div role="status">
      {newer > 0 && (
        <div className="flex items-center justify-between gap-3 border-b border-line bg-accent-soft px-3 py-1.5 text-sm">
          {newer === COUNTED_MAX ? `${newer} or more` : newer} newer {newer === 1 ? 'one has' : 'ones have'}{' '}
          come in.
          <Button size="small" onClick={onShow}>
            Show them
          </Button>
        </div>
      )}
    </div>
  )
}
