import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { PASSWORD_CHARS } from '../../contract/roles.ts'
import { api } from '../api/api.ts'
import { isApiError } from '../api/request.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { Time } from '../ui/Time.tsx'
import type { LookedAt } from './LinkPage.tsx'
import type { Me } from './LoginForm.tsx'
import { PasswordField } from './PasswordField.tsx'
import { Refusal } from './Refusal.tsx'

type Props = {
  readonly token: string
  readonly link: LookedAt
  readonly onIn: (me: Me) => void
  readonly onStep: (step: string) => void
}

export const PASSWORD_HELP = `At least ${PASSWORD_CHARS.min} characters. A few words that have nothing to do with each other are good.`

const BUTTONS: Readonly<Record<LookedAt['kind'], string>> = {
  'set-up': 'Become admin',
  invitation: 'Join',
  reset: 'Set the password',
}
const ROLE_WORDS = {
  viewer: 'You will be a viewer: you see what happens, and change nothing.',
  editor: 'You will be an editor: you see everything, and change sources, destinations and actions.',
  admin: 'You will be an admin: you may do everything, and manage people.',
} as const

/** What the link asks for: an address and a name where it makes a person, and a password. */
export function LinkForm({ token, link, onIn, onStep }: Props): ReactElement {
  const [email, setEmail] = useState(link.email ?? '')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const isNew = link.kind !== 'reset'
  const use = useMutation({
    mutationFn: () => {
      const who = isNew ? { email, ...(name.trim() === '' ? {} : { name: name.trim() }) } : {}
      return api('POST /admin/v1/links/use', { body: { token, ...who, password } })
    },
    onSuccess: (answer) => (answer.status === 'in' ? onIn(answer.me) : onStep(answer.step)),
  })
  const weak = weaknessOf(use.error)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!use.isPending) use.mutate()
      }}
    >
      {link.kind === 'invitation' && link.role !== undefined && <p>{ROLE_WORDS[link.role]}</p>}
      {link.kind === 'reset' && <p>You will be logged out everywhere else.</p>}
      <Field label="E-mail address">
        {(ids) => (
          <TextInput
            {...ids}
            type="email"
            name="email"
            autoComplete="username"
            required
            readOnly={link.email !== undefined}
            autoFocus={link.email === undefined}
            value={email}
            onText={setEmail}
          />
        )}
      </Field>
      {isNew && (
        <Field label="Your name" help="As others see it in the history.">
          {(ids) => <TextInput {...ids} name="name" autoComplete="name" value={name} onText={setName} />}
        </Field>
      )}
      <PasswordField
        label={isNew ? 'Password' : 'New password'}
        kind="new-password"
        isFocused={link.email !== undefined && !isNew}
        help={PASSWORD_HELP}
        error={weak}
        value={password}
        onText={setPassword}
      />
      {weak === undefined && <Refusal error={use.error} />}
      <Button type="submit" look="primary" isBusy={use.isPending}>
        {BUTTONS[link.kind]}
      </Button>
      <p className="text-sm text-muted">
        The link is good once, until <Time at={link.expiresAt} as="exact" />.
      </p>
    </form>
  )
}

/** Why a password is not taken, as it continues "It". */
export function weaknessOf(error: unknown): string | undefined {
  if (!isApiError(error) || error.code !== 'PASSWORD_WEAK') return undefined
  return `It ${String(error.details['problem'])}.`
}
