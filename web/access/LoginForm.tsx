import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { type Answer, api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { CodeForm } from './CodeForm.tsx'
import { PasswordField } from './PasswordField.tsx'
import { Refusal } from './Refusal.tsx'

export type LoginWays = Answer<'GET /admin/v1/login'>
export type Me = NonNullable<LoginWays['me']>

type Props = {
  readonly ways: LoginWays
  readonly onIn: (me: Me) => void
  /** Whom it must be, where the session of somebody has ended. */
  readonly email?: string | undefined
  /** Single sign-on leads away from here, where something may be half written. */
  readonly isAside?: boolean
}

/** The ways in: a password and then perhaps a code, or single sign-on. */
export function LoginForm({ ways, onIn, email, isAside = false }: Props): ReactElement {
  const [step, setStep] = useState<string | undefined>(undefined)
  if (step !== undefined) return <CodeForm step={step} onIn={onIn} onBack={() => setStep(undefined)} />
  return (
    <>
      {ways.sso !== undefined && (
        <a
          href={`${ways.sso.start}?to=${encodeURIComponent(isAside ? '/' : location.pathname + location.search)}`}
          {...(isAside ? { target: '_blank', rel: 'noreferrer' } : {})}
          className={buttonClass(ways.password ? 'normal' : 'primary')}
        >
          Log in with {ways.sso.name}
        </a>
      )}
      {ways.sso !== undefined && ways.password && <p className="text-center text-muted">or</p>}
      {ways.password && <PasswordForm email={email} onIn={onIn} onStep={setStep} />}
    </>
  )
}

type PasswordFormProps = {
  readonly email: string | undefined
  readonly onIn: (me: Me) => void
  readonly onStep: (step: string) => void
}

function PasswordForm({ email: known, onIn, onStep }: PasswordFormProps): ReactElement {
  const [email, setEmail] = useState(known ?? '')
  const [password, setPassword] = useState('')
  const login = useMutation({
    mutationFn: () => api('POST /admin/v1/login', { body: { email, password } }),
    onSuccess: (answer) => (answer.status === 'in' ? onIn(answer.me) : onStep(answer.step)),
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!login.isPending) login.mutate()
      }}
    >
      <Field label="E-mail address">
        {(ids) => (
          <TextInput
            {...ids}
            type="email"
            name="email"
            autoComplete="username"
            required
            autoFocus={known === undefined}
            value={email}
            onText={setEmail}
          />
        )}
      </Field>
      <PasswordField
        label="Password"
        kind="current-password"
        isFocused={known !== undefined}
        value={password}
        onText={setPassword}
      />
      <Refusal error={login.error} failed="The e-mail address or the password is not right." />
      <Button type="submit" look="primary" isBusy={login.isPending}>
        Log in
      </Button>
    </form>
  )
}
