import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { MAY, ROLES, type Role, TOKEN_DAYS_DEFAULT, TOKEN_DAYS_MAX } from '../../contract/roles.ts'
import { Refusal } from '../access/Refusal.tsx'
import { api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { CodeBlock } from '../ui/CodeBlock.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { Select } from '../ui/Select.tsx'
import { TextInput } from '../ui/TextInput.tsx'

const NEVER = 'never'
const DAYS = [7, 30, TOKEN_DAYS_DEFAULT, TOKEN_DAYS_MAX]

/** Makes a token, and shows it this once, with a command that uses it. */
export function NewTokenDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState<string | undefined>(undefined)
  return (
    <Dialog isOpen onClose={onClose} title={text === undefined ? 'New token' : 'Your new token'}>
      {text === undefined ? <TokenForm onMade={setText} /> : <Made text={text} onDone={onClose} />}
    </Dialog>
  )
}

function TokenForm({ onMade }: { readonly onMade: (text: string) => void }): ReactElement {
  const client = useQueryClient()
  const me = useQuery(queries.login()).data?.me
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState(String(TOKEN_DAYS_DEFAULT))
  const [personal, setPersonal] = useState(false)
  const make = useMutation({
    mutationFn: () =>
      api('POST /admin/v1/tokens', {
        body: { name: name.trim(), role, personal, expires_days: days === NEVER ? null : Number(days) },
      }),
    async onSuccess({ text }) {
      onMade(text)
      await client.invalidateQueries({ queryKey: ['tokens'] })
    },
  })
  const own = me?.role ?? 'viewer'
  const ends = [...DAYS.map((count) => ({ value: String(count), label: `${count} days` }))]
  return (
    <form
      className="flex w-96 max-w-full flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!make.isPending) make.mutate()
      }}
    >
      <Field label="Name" help="What uses it, such as the name of a script.">
        {(ids) => <TextInput {...ids} required autoFocus maxLength={100} value={name} onText={setName} />}
      </Field>
      <Field label="What it may do">
        {(ids) => (
          <Select
            {...ids}
            value={role}
            choices={ROLES.filter((one) => MAY[own].length >= MAY[one].length).map((one) => ({
              value: one,
              label: ROLE_LABELS[one],
            }))}
            onChoice={(value) => setRole(value as Role)}
          />
        )}
      </Field>
      <Field label="Good for">
        {(ids) => (
          <Select
            {...ids}
            value={days}
            choices={own === 'admin' ? [...ends, { value: NEVER, label: 'ever' }] : ends}
            onChoice={setDays}
          />
        )}
      </Field>
      <Checkbox
        isChecked={personal}
        isDisabled={me?.personal !== true}
        onChange={setPersonal}
        label="Sees what events say about persons"
        help="Else such values are •••, whatever its role."
      />
      <Refusal error={make.error} />
      <Button type="submit" look="primary" className="self-end" isBusy={make.isPending}>
        Make the token
      </Button>
    </form>
  )
}

const ROLE_LABELS: Readonly<Record<Role, string>> = {
  viewer: 'Look (viewer)',
  editor: 'Look and change (editor)',
  admin: 'Everything (admin)',
}

function Made({ text, onDone }: { readonly text: string; readonly onDone: () => void }): ReactElement {
  return (
    <div className="flex flex-col gap-4">
      <p>
        Keep it as you keep a password. <strong>It is shown this once.</strong>
      </p>
      <CodeBlock title="The token" code={text} />
      <CodeBlock
        title="Try it"
        code={`curl -H 'Authorization: Bearer ${text}' \\\n  ${location.origin}/admin/v1/status`}
      />
      <Button look="primary" className="self-end" onClick={onDone}>
        I have kept it
      </Button>
    </div>
  )
}
