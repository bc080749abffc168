import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { type Answer, api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState, errorText } from '../ui/ErrorState.tsx'
import { ListTable } from '../ui/ListTable.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Tag } from '../ui/Tag.tsx'
import { Time } from '../ui/Time.tsx'

type Token = Answer<'GET /admin/v1/tokens'>['tokens'][number]
const COLUMNS = ['Name', 'May', 'Made by', 'Expires', 'Last used', 'Revoke']

/** Every token that the person may see, the newest first, or only those that they made. */
export function TokensList({ isOwnOnly = false }: { readonly isOwnOnly?: boolean }): ReactElement {
  const [revoking, setRevoking] = useState<Token | undefined>(undefined)
  const { data, error, refetch } = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => api('GET /admin/v1/tokens', { signal }),
  })
  if (error !== null) return <ErrorState what="The tokens" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton lines={3} />
  const tokens = isOwnOnly ? data.tokens.filter(({ own }) => own) : data.tokens
  if (tokens.length === 0) {
    return (
      <EmptyState icon="terminal" title={isOwnOnly ? 'You have made no tokens' : 'There are no tokens'}>
        A script that asks the admin API needs one. Make it on the page Tokens of the settings.
      </EmptyState>
    )
  }
  return (
    <>
      <ListTable
        label="Tokens"
        columns={COLUMNS}
        rows={tokens.map((token) => ({ key: token.id, cells: cellsOf(token, () => setRevoking(token)) }))}
      />
      {revoking !== undefined && <RevokeDialog token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  )
}

function cellsOf(token: Token, onRevoke: () => void) {
  const { name, begins, role, personal, madeBy, expiresAt, usedAt, state, revokedAt } = token
  return [
    <span key="name">
      {name} <code className="text-muted">{begins}…</code>
    </span>,
    `${role}${personal ? ', sees personal values' : ''}`,
    madeBy.name,
    expiresAt === undefined ? 'never' : <Time key="expires" at={expiresAt} />,
    usedAt === undefined ? 'never' : <Time key="used" at={usedAt} />,
    state === 'active' ? (
      <Button key="revoke" size="small" look="danger" onClick={onRevoke} aria-label={`Revoke ${name}`}>
        Revoke
      </Button>
    ) : (
      <span key="state" className="inline-flex flex-wrap gap-1">
        <Tag>{state}</Tag> {revokedAt !== undefined && <Time at={revokedAt} />}
      </span>
    ),
  ]
}

function RevokeDialog({
  token,
  onClose,
}: {
  readonly token: Token
  readonly onClose: () => void
}): ReactElement {
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => api('DELETE /admin/v1/tokens/:id', { params: { id: token.id } }),
    async onSuccess() {
      onClose()
      await client.invalidateQueries({ queryKey: ['tokens'] })
    },
  })
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Revoke ${token.name}?`}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button look="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke
          </Button>
        </>
      }
    >
      <p>Whatever uses it is refused from now on. This cannot be undone.</p>
      {revoke.error !== null && (
        <p role="alert" className="mt-2 text-bad">
          {errorText(revoke.error)}
        </p>
      )}
    </Dialog>
  )
}
