import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { Refusal } from '../access/Refusal.tsx'
import { type Answer, api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { toast } from '../ui/toasts.ts'
import type { Person } from './PeoplePage.tsx'
import { PersonDeeds } from './PersonDeeds.tsx'
import { type Rights, RoleFields } from './RoleFields.tsx'
import { ShownLink } from './ShownLink.tsx'

type Props = {
  readonly person: Person
  readonly isMe: boolean
  readonly isLastAdmin: boolean
  readonly onClose: () => void
}

/** What an admin can do about a person. */
export function PersonDialog({ person, isMe, isLastAdmin, onClose }: Props): ReactElement {
  const [link, setLink] = useState<Answer<'POST /admin/v1/people/:id/reset'> | undefined>(undefined)
  return (
    <Dialog isOpen onClose={onClose} title={link === undefined ? person.name : 'A link for a new password'}>
      {link !== undefined ? (
        <ShownLink made={link} email={person.email} onDone={onClose} />
      ) : (
        <div className="flex flex-col gap-6">
          <PersonForm person={person} isMe={isMe} isLastAdmin={isLastAdmin} onClose={onClose} />
          <PersonDeeds person={person} isLastAdmin={isLastAdmin} onLink={setLink} onGone={onClose} />
        </div>
      )}
    </Dialog>
  )
}

const LAST_ADMIN =
  'The last admin who can log in stays one: nobody else could manage people. Make another admin first.'

function PersonForm({ person, isMe, isLastAdmin, onClose }: Props): ReactElement {
  const client = useQueryClient()
  const { id, role, personal, roleFrom } = person
  const [name, setName] = useState(person.name)
  const [rights, setRights] = useState<Rights>({ role, personal })
  const save = useMutation({
    mutationFn: () => api('PATCH /admin/v1/people/:id', { params: { id }, body: changesOf() }),
    async onSuccess() {
      onClose()
      toast(`${name} is changed.`)
      await client.invalidateQueries()
    },
  })
  const isOther = rights.role !== role
  const changesOf = () => ({
    ...(name.trim() === person.name ? {} : { name: name.trim() }),
    ...(isOther ? { role: rights.role } : {}),
    ...(rights.personal === personal ? {} : { personal: rights.personal }),
  })
  const fixed =
    roleFrom === 'groups'
      ? 'It follows the groups of single sign-on, and is changed there.'
      : isLastAdmin
        ? LAST_ADMIN
        : undefined
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!save.isPending) save.mutate()
      }}
    >
      <p className="text-muted">{person.email}</p>
      <Field label="Name">
        {(ids) => <TextInput {...ids} required maxLength={100} value={name} onText={setName} />}
      </Field>
      <RoleFields rights={rights} onChange={setRights} fixed={fixed} />
      {isOther && (
        <p className="text-muted">
          {isMe ? 'You are logged out then, and may' : 'They are logged out then, and may'} what the new role
          may after the next login.
        </p>
      )}
      <Refusal error={save.error} />
      <Button
        type="submit"
        look="primary"
        className="self-start"
        disabled={Object.keys(changesOf()).length === 0}
        isBusy={save.isPending}
      >
        Save
      </Button>
    </form>
  )
}
