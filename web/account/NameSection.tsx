import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { Me } from '../access/LoginForm.tsx'
import { Refusal } from '../access/Refusal.tsx'
import { api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { Section } from '../settings/Section.tsx'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { toast } from '../ui/toasts.ts'

const ROLES = {
  viewer: 'You are a viewer: you see what happens, and change nothing.',
  editor: 'You are an editor: you change sources, destinations, actions and alerts.',
  admin: 'You are an admin: you may do everything, and manage people.',
} as const

export function NameSection({ me }: { readonly me: Me }): ReactElement {
  const client = useQueryClient()
  const [name, setName] = useState(me.name)
  const save = useMutation({
    mutationFn: () => api('PATCH /admin/v1/me', { body: { name: name.trim() } }),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: queries.login().queryKey })
      toast('Your name is changed.')
    },
  })
  return (
    <Section
      id="who"
      title={me.email ?? me.name}
      help={
        <>
          {ROLES[me.role]} {!me.personal && 'Values that tell of persons are shown to you as •••.'}
        </>
      }
    >
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (!save.isPending) save.mutate()
        }}
      >
        <div className="w-72 max-w-full">
          <Field label="Name">
            {(ids) => (
              <TextInput
                {...ids}
                name="name"
                autoComplete="name"
                required
                maxLength={100}
                value={name}
                onText={setName}
              />
            )}
          </Field>
        </div>
        <Button
          type="submit"
          disabled={name.trim() === '' || name.trim() === me.name}
          isBusy={save.isPending}
        >
          Save the name
        </Button>
      </form>
      <Refusal error={save.error} />
    </Section>
  )
}
