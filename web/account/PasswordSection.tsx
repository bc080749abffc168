import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { PASSWORD_HELP, weaknessOf } from '../access/LinkForm.tsx'
import { PasswordField } from '../access/PasswordField.tsx'
import { Refusal } from '../access/Refusal.tsx'
import { api } from '../api/api.ts'
import { Section } from '../settings/Section.tsx'
import { Button } from '../ui/Button.tsx'
import { toast } from '../ui/toasts.ts'

export function PasswordSection(): ReactElement {
  const client = useQueryClient()
  const [[current, next], setPasswords] = useState<readonly [string, string]>(['', ''])
  const change = useMutation({
    mutationFn: () => api('PUT /admin/v1/me/password', { body: { current, next } }),
    async onSuccess() {
      setPasswords(['', ''])
      await client.invalidateQueries({ queryKey: ['sessions'] })
      toast('Your password is changed. You are logged out everywhere else.')
    },
  })
  const weak = weaknessOf(change.error)
  return (
    <Section id="password" title="Password" help="With a new one you are logged out everywhere but here.">
      <form
        className="flex max-w-sm flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!change.isPending) change.mutate()
        }}
      >
        <PasswordField
          label="Current password"
          kind="current-password"
          value={current}
          onText={(text) => setPasswords([text, next])}
        />
        <PasswordField
          label="New password"
          kind="new-password"
          help={PASSWORD_HELP}
          error={weak}
          value={next}
          onText={(text) => setPasswords([current, text])}
        />
        {weak === undefined && <Refusal error={change.error} />}
        <Button type="submit" className="self-start" isBusy={change.isPending}>
          Change the password
        </Button>
      </form>
    </Section>
  )
}
