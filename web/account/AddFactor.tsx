import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { PasswordField } from '../access/PasswordField.tsx'
import { Refusal } from '../access/Refusal.tsx'
import { type Answer, api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

type Begun = Answer<'POST /admin/v1/me/second-factor'>

/** The password, then the picture for the app, then a code of it, then the codes for the day when the phone is lost. */
export function AddFactor({ onDone }: { readonly onDone: () => void }): ReactElement {
  const [begun, setBegun] = useState<Begun | undefined>(undefined)
  const [codes, setCodes] = useState<readonly string[] | undefined>(undefined)
  if (codes !== undefined) return <RecoveryCodes codes={codes} onDone={onDone} />
  if (begun !== undefined) return <Confirm begun={begun} onCodes={setCodes} />
  return <Begin onBegun={setBegun} />
}

function Begin({ onBegun }: { readonly onBegun: (begun: Begun) => void }): ReactElement {
  const [password, setPassword] = useState('')
  const begin = useMutation({
    mutationFn: () => api('POST /admin/v1/me/second-factor', { body: { password } }),
    onSuccess: onBegun,
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!begin.isPending) begin.mutate()
      }}
    >
      <PasswordField label="Your password" kind="current-password" value={password} onText={setPassword} />
      <Refusal error={begin.error} />
      <Button type="submit" look="primary" className="self-start" isBusy={begin.isPending}>
        Go on
      </Button>
    </form>
  )
}

type ConfirmProps = { readonly begun: Begun; readonly onCodes: (codes: readonly string[]) => void }

function Confirm({ begun: { svg, secret }, onCodes }: ConfirmProps): ReactElement {
  const [code, setCode] = useState('')
  const confirm = useMutation({
    mutationFn: () => api('POST /admin/v1/me/second-factor/confirm', { body: { code } }),
    onSuccess: ({ recoveryCodes }) => onCodes(recoveryCodes),
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!confirm.isPending) confirm.mutate()
      }}
    >
      <p>Scan this with an app for codes, such as the one that keeps your passwords.</p>
      <img
        src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
        alt="QR code for the app"
        width={208}
        height={208}
        className="rounded-lg border border-line"
      />
      <p className="text-sm text-muted">
        Nothing to scan with? Type this into the app: <code className="break-all text-text">{secret}</code>
        <CopyButton text={secret} what="the secret" />
      </p>
      <Field label="Code of the app" help="Six digits. Nothing is on until one was right.">
        {(ids) => (
          <TextInput
            {...ids}
            name="code"
            autoComplete="one-time-code"
            inputMode="numeric"
            required
            autoFocus
            isMono
            className="max-w-32"
            value={code}
            onText={setCode}
          />
        )}
      </Field>
      <Refusal error={confirm.error} />
      <Button type="submit" look="primary" className="self-start" isBusy={confirm.isPending}>
        Turn on
      </Button>
    </form>
  )
}
