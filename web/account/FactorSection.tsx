import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { Me } from '../access/LoginForm.tsx'
import { PasswordField } from '../access/PasswordField.tsx'
import { Refusal } from '../access/Refusal.tsx'
import { api } from '../api/api.ts'
import { Section } from '../settings/Section.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { toast } from '../ui/toasts.ts'
import { AddFactor } from './AddFactor.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

type Doing = 'nothing' | 'add' | 'remove' | 'renew'

/** A code of the phone besides the password: added, renewed, removed, each with the password. */
export function FactorSection({ me }: { readonly me: Me }): ReactElement {
  const client = useQueryClient()
  const [doing, setDoing] = useState<Doing>('nothing')
  function end(): void {
    setDoing('nothing')
    void client.invalidateQueries()
  }
  const isOn = me.secondFactor === 'on'
  return (
    <Section
      id="second-factor"
      title="Second factor"
      help={
        isOn
          ? `On: a login asks for a code of your phone. ${me.recoveryCodes} recovery ${me.recoveryCodes === 1 ? 'code is' : 'codes are'} left.`
          : 'Off. With a code of your phone, somebody who learns your password still cannot log in.'
      }
    >
      <div className="flex flex-wrap gap-2">
        {isOn ? (
          <>
            <Button onClick={() => setDoing('renew')}>New recovery codes</Button>
            <Button look="danger" onClick={() => setDoing('remove')}>
              Turn off
            </Button>
          </>
        ) : (
          <Button look="primary" onClick={() => setDoing('add')}>
            Add a second factor
          </Button>
        )}
      </div>
      <Dialog isOpen={doing === 'add'} onClose={end} title="Add a second factor">
        <AddFactor onDone={end} />
      </Dialog>
      <Dialog isOpen={doing === 'remove'} onClose={end} title="Turn the second factor off">
        <Remove onDone={end} />
      </Dialog>
      <Dialog isOpen={doing === 'renew'} onClose={end} title="New recovery codes">
        <Renew onDone={end} />
      </Dialog>
    </Section>
  )
}

function Remove({ onDone }: { readonly onDone: () => void }): ReactElement {
  return (
    <WithPassword
      button="Turn off"
      ask={(password) => api('POST /admin/v1/me/second-factor/remove', { body: { password } })}
      onAnswer={() => {
        toast('The second factor is off.')
        onDone()
      }}
    >
      From then on your password alone lets you in, or whoever knows it.
    </WithPassword>
  )
}

function Renew({ onDone }: { readonly onDone: () => void }): ReactElement {
  const [codes, setCodes] = useState<readonly string[] | undefined>(undefined)
  if (codes !== undefined) return <RecoveryCodes codes={codes} onDone={onDone} />
  return (
    <WithPassword
      button="Make new codes"
      ask={(password) => api('POST /admin/v1/me/second-factor/recovery-codes', { body: { password } })}
      onAnswer={({ recoveryCodes }) => setCodes(recoveryCodes)}
    >
      The codes that you have are good no more then.
    </WithPassword>
  )
}

type WithPasswordProps<Given> = {
  readonly button: string
  readonly ask: (password: string) => Promise<Given>
  readonly onAnswer: (answer: Given) => void
  readonly children: string
}

function WithPassword<Given>({ button, ask, onAnswer, children }: WithPasswordProps<Given>): ReactElement {
  const [password, setPassword] = useState('')
  const go = useMutation({ mutationFn: () => ask(password), onSuccess: onAnswer })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!go.isPending) go.mutate()
      }}
    >
      <p>{children}</p>
      <PasswordField label="Your password" kind="current-password" value={password} onText={setPassword} />
      <Refusal error={go.error} />
      <Button type="submit" look="primary" className="self-start" isBusy={go.isPending}>
        {button}
      </Button>
    </form>
  )
}
