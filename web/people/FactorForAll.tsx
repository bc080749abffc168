import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { Section } from '../settings/Section.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import { toast } from '../ui/toasts.ts'

/** Whether everybody who logs in with a password must have a second factor. */
export function FactorForAll({ isOn }: { readonly isOn: boolean }): ReactElement {
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (requireSecondFactor: boolean) =>
      api('PUT /admin/v1/people/settings', { body: { requireSecondFactor } }),
    // Whoever asks it of everybody is asked it too.
    onSuccess: () => client.invalidateQueries(),
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  })
  return (
    <Section id="factor-for-all" title="Second factor">
      <Checkbox
        isChecked={isOn}
        isDisabled={save.isPending}
        onChange={(next) => save.mutate(next)}
        label="Everybody who logs in with a password must have a second factor"
        help="Whoever has none adds one before anything else is shown. This counts for you too, and at once."
      />
    </Section>
  )
}
