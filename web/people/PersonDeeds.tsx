import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { Refusal } from '../access/Refusal.tsx'
import { type Answer, api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { toast } from '../ui/toasts.ts'
import type { Person } from './PeoplePage.tsx'

type Props = {
  readonly person: Person
  readonly isLastAdmin: boolean
  readonly onLink: (link: Answer<'POST /admin/v1/people/:id/reset'>) => void
  readonly onGone: () => void
}

/** A new password, out everywhere, no second factor any more, disabled, removed. */
export function PersonDeeds({ person, isLastAdmin, onLink, onGone }: Props): ReactElement {
  const client = useQueryClient()
  const { id, name, disabled, sessions, secondFactor } = person
  const params = { id }
  const refresh = () => client.invalidateQueries()
  const act = useMutation({
    mutationFn: async ({ ask, said }: { ask: () => Promise<unknown>; said: string }) => {
      await ask()
      return said
    },
    async onSuccess(said) {
      toast(said)
      await refresh()
    },
  })
  const reset = useMutation({
    mutationFn: () => api('POST /admin/v1/people/:id/reset', { params }),
    onSuccess: onLink,
  })
  const setDisabled = (next: boolean) =>
    act.mutate({
      ask: () => api('PATCH /admin/v1/people/:id', { params, body: { disabled: next } }),
      said: next ? `${name} is disabled, and logged out everywhere.` : `${name} can log in again.`,
    })
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-4">
      <div className="flex flex-wrap gap-2">
        {!disabled && (
          <Button isBusy={reset.isPending} onClick={() => reset.mutate()}>
            Link for a new password…
          </Button>
        )}
        {sessions > 0 && (
          <Button
            onClick={() =>
              act.mutate({
                ask: () => api('DELETE /admin/v1/people/:id/sessions', { params }),
                said: `${name} is logged out everywhere.`,
              })
            }
          >
            Log out everywhere ({sessions})
          </Button>
        )}
        {secondFactor && (
          <Button
            onClick={() =>
              act.mutate({
                ask: () => api('DELETE /admin/v1/people/:id/second-factor', { params }),
                said: `${name} logs in without a second factor now.`,
              })
            }
          >
            Take the second factor away
          </Button>
        )}
        {!isLastAdmin && (
          <Button onClick={() => setDisabled(!disabled)}>{disabled ? 'Enable' : 'Disable'}</Button>
        )}
      </div>
      <Refusal error={act.error ?? reset.error} />
      {!isLastAdmin && <Remove person={person} onGone={onGone} />}
    </div>
  )
}

/** It cannot be undone, so it is confirmed by typing. */
function Remove({
  person: { id, name, email },
  onGone,
}: {
  readonly person: Person
  readonly onGone: () => void
}): ReactElement {
  const client = useQueryClient()
  const [typed, setTyped] = useState<string | undefined>(undefined)
  const remove = useMutation({
    mutationFn: () => api('DELETE /admin/v1/people/:id', { params: { id } }),
    async onSuccess() {
      onGone()
      toast(`${name} is removed.`)
      await client.invalidateQueries()
    },
  })
  if (typed === undefined) {
    return (
      <Button look="danger" className="self-start" onClick={() => setTyped('')}>
        Remove…
      </Button>
    )
  }
  const isConfirmed = typed.trim().toLowerCase() === email.toLowerCase()
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (isConfirmed && !remove.isPending) remove.mutate()
      }}
    >
      <Field
        label={`Type “${email}” to remove them`}
        help="Their sessions end and their tokens are good no more. The audit log keeps what they did."
      >
        {(ids) => <TextInput {...ids} autoFocus value={typed} onText={setTyped} />}
      </Field>
      <Refusal error={remove.error} />
      <Button
        type="submit"
        look="danger"
        className="self-start"
        disabled={!isConfirmed}
        isBusy={remove.isPending}
      >
        Remove for ever
      </Button>
    </form>
  )
}
