import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { Section } from '../settings/Section.tsx'
import { Button } from '../ui/Button.tsx'
import { ErrorState, errorText } from '../ui/ErrorState.tsx'
import { ListTable } from '../ui/ListTable.tsx'
import { Time } from '../ui/Time.tsx'
import { toast } from '../ui/toasts.ts'

export const INVITATIONS_KEY = ['invitations'] as const

/** Links that nobody has used yet; nothing where there are none. */
export function Invitations(): ReactElement | null {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: INVITATIONS_KEY,
    queryFn: ({ signal }) => api('GET /admin/v1/invitations', { signal }),
  })
  const takeBack = useMutation({
    mutationFn: (id: string) => api('DELETE /admin/v1/invitations/:id', { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: INVITATIONS_KEY }),
    onError: (problem) => toast(errorText(problem), { tone: 'bad' }),
  })
  if (error !== null)
    return <ErrorState what="The invitations" error={error} onRetry={() => void refetch()} />
  if (data === undefined || data.invitations.length === 0) return null
  return (
    <Section id="invitations" title="Invited" help="Whoever has such a link can still use it, once.">
      <ListTable
        label="Invitations"
        columns={['E-mail address', 'Role', 'Invited by', 'Good until', 'Take back']}
        rows={data.invitations.map(({ id, email, role, by, expiresAt }) => ({
          key: id,
          cells: [
            email,
            role,
            by,
            <Time key="until" at={expiresAt} />,
            <Button
              key="back"
              size="small"
              aria-label={`Take back: the invitation of ${email}`}
              onClick={() => takeBack.mutate(id)}
            >
              Take back
            </Button>,
          ],
        }))}
      />
    </Section>
  )
}
