import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { type Answer, api } from '../api/api.ts'
import { Section } from '../settings/Section.tsx'
import { Button } from '../ui/Button.tsx'
import { ErrorState, errorText } from '../ui/ErrorState.tsx'
import { ListTable } from '../ui/ListTable.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Tag } from '../ui/Tag.tsx'
import { Time } from '../ui/Time.tsx'
import { toast } from '../ui/toasts.ts'
import { browserText } from './browser-text.ts'

type Session = Answer<'GET /admin/v1/me/sessions'>['sessions'][number]
const WAYS = { password: 'by password', sso: 'by single sign-on', link: 'by a link' } as const

/** Where one is logged in, and how to end what one does not know. */
export function SessionsSection(): ReactElement {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => api('GET /admin/v1/me/sessions', { signal }),
  })
  const ended = {
    onSuccess: () => client.invalidateQueries({ queryKey: ['sessions'] }),
    onError: (problem: unknown) => toast(errorText(problem), { tone: 'bad' }),
  }
  const endOne = useMutation({
    mutationFn: (id: string) => api('DELETE /admin/v1/me/sessions/:id', { params: { id } }),
    ...ended,
  })
  const endOthers = useMutation({ mutationFn: () => api('DELETE /admin/v1/me/sessions'), ...ended })
  const sessions = data?.sessions ?? []
  return (
    <Section
      id="sessions"
      title="Where you are logged in"
      help="End what you do not know, and change your password then."
      actions={
        sessions.length > 1 && (
          <Button isBusy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            Log out everywhere else
          </Button>
        )
      }
    >
      {error !== null && <ErrorState what="Your sessions" error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton lines={3} />}
      {sessions.length > 0 && (
        <ListTable
          label="Sessions"
          columns={['Browser', 'Address', 'Logged in', 'Last used', 'Log out']}
          rows={sessions.map((session) => ({
            key: session.id,
            cells: cellsOf(session, () => endOne.mutate(session.id)),
          }))}
        />
      )}
    </Section>
  )
}

function cellsOf({ browser, address, login, createdAt, usedAt, isThis }: Session, onEnd: () => void) {
  const name = browserText(browser)
  return [
    <span key="browser" title={browser} className="inline-flex flex-wrap items-center gap-2">
      {name} {isThis && <Tag isStrong>this one</Tag>}
    </span>,
    address,
    <span key="login">
      <Time at={createdAt} /> {WAYS[login]}
    </span>,
    <Time key="used" at={usedAt} />,
    isThis ? (
      '–'
    ) : (
      <Button key="end" size="small" onClick={onEnd} aria-label={`Log out ${name}, ${address}`}>
        Log out
      </Button>
    ),
  ]
}
