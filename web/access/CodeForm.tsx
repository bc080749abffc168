import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import type { Me } from './LoginForm.tsx'
import { Refusal } from './Refusal.tsx'

type Props = {
  readonly step: string
  readonly onIn: (me: Me) => void
  readonly onBack: () => void
}

const KINDS = {
  app: {
    label: 'Code',
    help: 'Six digits of the app on your phone.',
    other: 'I have lost my phone: use a recovery code',
  },
  recovery: {
    label: 'Recovery code',
    help: 'One of the ten that you kept. Each is good once.',
    other: 'Use the app instead',
  },
} as const

/** The second step of a login: the code of the app, or one of those that were kept for the day when it is lost. */
export function CodeForm({ step, onIn, onBack }: Props): ReactElement {
  const [kind, setKind] = useState<keyof typeof KINDS>('app')
  const [code, setCode] = useState('')
  const login = useMutation({
    mutationFn: () => api('POST /admin/v1/login/code', { body: { step, code } }),
    onSuccess: (answer) => answer.status === 'in' && onIn(answer.me),
  })
  const { label, help, other } = KINDS[kind]
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!login.isPending) login.mutate()
      }}
    >
      <Field key={kind} label={label} help={help}>
        {(ids) => (
          <TextInput
            {...ids}
            name="code"
            autoComplete="one-time-code"
            inputMode={kind === 'app' ? 'numeric' : 'text'}
            autoFocus
            required
            isMono
            value={code}
            onText={setCode}
          />
        )}
      </Field>
      <Refusal
        error={login.error}
        failed="This code is not right, was used before, or came too late. After five tries, start again."
      />
      <Button type="submit" look="primary" isBusy={login.isPending}>
        Log in
      </Button>
      <div className="flex flex-col items-start gap-2 text-sm">
        <button
          type="button"
          className="link"
          onClick={() => {
            setKind(kind === 'app' ? 'recovery' : 'app')
            setCode('')
          }}
        >
          {other}
        </button>
        <button type="button" className="link" onClick={onBack}>
          Start again
        </button>
      </div>
    </form>
  )
}
