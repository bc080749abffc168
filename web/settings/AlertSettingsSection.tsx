import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { AlertSettings } from '../../core/configuration.ts'
import { type Answer, api } from '../api/api.ts'
import { undoChange } from '../api/undo-change.ts'
import { useMay } from '../api/use-may.ts'
import { Button } from '../ui/Button.tsx'
import { ErrorState, errorText } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { toast } from '../ui/toasts.ts'
import { AlertChannels } from './AlertChannels.tsx'
import { AlertHistory } from './AlertHistory.tsx'
import { AlertRules } from './AlertRules.tsx'
import { Section } from './Section.tsx'

export type Alerts = Answer<'GET /admin/v1/alerts'>

const LOOK_AGAIN_MS = 10_000

/** What people are told of, where, and what they were told. */
export function AlertSettingsSection(): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => api('GET /admin/v1/alerts', { signal }),
    refetchInterval: LOOK_AGAIN_MS,
  })
  return (
    <Section
      id="alerts"
      title="Alerts"
      help="Told once when something is not as it should be, and once more when it has been well for five minutes."
    >
      {error !== null && <ErrorState what="The alerts" error={error} onRetry={() => refetch()} />}
      {error === null && data === undefined && <Skeleton lines={6} />}
      {data !== undefined && <AlertForm alerts={data} />}
    </Section>
  )
}

/** What is written is kept apart from what is stored, until it is saved. */
function AlertForm({ alerts }: { readonly alerts: Alerts }): ReactElement {
  const client = useQueryClient()
  const { may, why } = useMay('edit')
  const [draft, setDraft] = useState<AlertSettings | undefined>(undefined)
  const settings = (draft ?? alerts.settings) as AlertSettings
  const refresh = () => client.invalidateQueries({ queryKey: ['alerts'] })
  const save = useMutation({
    mutationFn: () => api('PUT /admin/v1/alerts', { body: { settings } }),
    async onSuccess({ change }) {
      setDraft(undefined)
      await refresh()
      await client.invalidateQueries({ queryKey: ['changes'] })
      toast('Alerts saved.', change === 0 ? {} : { undo: () => void undoChange(client, change) })
    },
  })
  return (
    <form
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault()
        if (!save.isPending) save.mutate()
      }}
    >
      {why !== undefined && <p className="text-muted">{why}</p>}
      <fieldset disabled={!may} className="flex flex-col gap-6">
        <AlertChannels
          channels={settings.channels}
          canMail={alerts.canMail}
          onChange={(channels) => setDraft({ ...settings, channels })}
        />
        <AlertRules
          rules={settings.rules ?? {}}
          defaults={alerts.defaults}
          onChange={(rules) => setDraft({ ...settings, rules })}
        />
      </fieldset>
      {save.error !== null && (
        <p role="alert" className="text-bad">
          The alerts were not saved. {errorText(save.error)}
        </p>
      )}
      {draft !== undefined && (
        <div className="flex gap-2">
          <Button needs="edit" type="submit" look="primary" isBusy={save.isPending}>
            Save alerts
          </Button>
          <Button look="quiet" onClick={() => setDraft(undefined)}>
            Discard
          </Button>
        </div>
      )}
      <AlertHistory alerts={alerts} />
    </form>
  )
}
