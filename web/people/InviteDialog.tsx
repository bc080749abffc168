import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { Refusal } from '../access/Refusal.tsx'
import { api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { INVITATIONS_KEY } from './Invitations.tsx'
import { type Rights, RoleFields } from './RoleFields.tsx'
import { ShownLink } from './ShownLink.tsx'

/** Invites somebody: who they are, what they may, and then the link. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const client = useQueryClient()
  const [email, setEmail] = useState('')
  const [rights, setRights] = useState<Rights>({ role: 'viewer', personal: false })
  const invite = useMutation({
    mutationFn: () => api('POST /admin/v1/invitations', { body: { email: email.trim(), ...rights } }),
    onSuccess: () => client.invalidateQueries({ queryKey: INVITATIONS_KEY }),
  })
  return (
    <Dialog isOpen onClose={onClose} title={invite.data === undefined ? 'Invite somebody' : 'Invited'}>
      {invite.data !== undefined ? (
        <ShownLink made={invite.data} email={invite.data.invitation.email} onDone={onClose} />
      ) : (
        <form
          className="flex w-96 max-w-full flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (!invite.isPending) invite.mutate()
          }}
        >
          <Field
            label="E-mail address"
            help="They log in with it. One that is invited already gets a new link."
          >
            {(ids) => <TextInput {...ids} type="email" required autoFocus value={email} onText={setEmail} />}
          </Field>
          <RoleFields rights={rights} onChange={setRights} />
          <Refusal error={invite.error} />
          <Button type="submit" look="primary" className="self-end" isBusy={invite.isPending}>
            Invite
          </Button>
        </form>
      )}
    </Dialog>
  )
}
