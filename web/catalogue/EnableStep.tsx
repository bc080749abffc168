import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { isApiError } from '../api/request.ts'
import { settingsProblems } from '../settings-form/settings-problems.ts'
import { Button } from '../ui/Button.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { toast } from '../ui/toasts.ts'
import { isOn } from './ActionsStep.tsx'
import { type Draft, givenSettings, writeDraft } from './draft.ts'
import type { Kind } from './KindCards.tsx'
import { SampleRequest } from './SampleRequest.tsx'
import { callsText, listText } from './trigger-words.ts'

type Props = { readonly kind: Kind; readonly draft: Draft }

/** What will happen, in words and as a request; then the button. */
export function EnableStep({ kind, draft }: Props): ReactElement {
  const problems = Object.entries(settingsProblems(kind.kind, draft.settings))
  const enable = useEnable(kind, draft)
  return (
    <>
      <WhatHappens kind={kind} draft={draft} />
      {problems.length > 0 ? (
        <div role="alert" className="mt-4 flex gap-3 rounded-lg bg-bad-soft p-4">
          <Icon name="warning" className="mt-1 text-bad" />
          <p>
            {listText(problems.map(([name, text]) => `${kind.settings[name]?.label ?? name} ${text}`))}.{' '}
            <Link
              to="/destinations/new/$kind"
              params={{ kind: kind.kind }}
              search={{ step: 'settings' }}
              className="link"
            >
              Go to the settings
            </Link>
          </p>
        </div>
      ) : (
        <SampleRequest kind={kind} draft={draft} />
      )}
      {enable.error !== null && (
        <p role="alert" className="mt-4 flex gap-2 text-bad">
          <Icon name="warning" className="mt-0.5" />
          <span>
            {kind.name} could not be enabled. {errorText(enable.error)}
            {isApiError(enable.error) && ` (${enable.error.code})`}
          </span>
        </p>
      )}
      <div className="mt-6 flex flex-wrap gap-2">
        <Link
          to="/destinations/new/$kind"
          params={{ kind: kind.kind }}
          search={{ step: 'actions' }}
          className={buttonClass('normal')}
        >
          Back
        </Link>
        <Button
          needs="edit"
          look="primary"
          isBusy={enable.isPending}
          disabled={problems.length > 0}
          onClick={() => enable.mutate()}
        >
          Enable Destination
        </Button>
      </div>
    </>
  )
}

function WhatHappens({ kind, draft }: Props): ReactElement {
  const { data } = useQuery(queries.sources())
  const names = draft.sources.map((id) => data?.sources.find((one) => one.id === id)?.name ?? id)
  const from = names.length === 0 ? 'the sources that you connect later' : listText(names)
  const presets = kind.presets.filter((preset) => isOn(preset, draft))
  if (presets.length === 0) {
    return (
      <p className="text-muted">
        All actions are switched off, so nothing will be sent until one is switched on.
      </p>
    )
  }
  return (
    <ul className="mb-2 flex flex-col gap-1">
      {presets.map((preset) => (
        <li key={preset.id} className="flex gap-2">
          <Icon name="arrow-right" className="mt-0.5 text-muted" />
          <span>
            {capital(callsText(preset.trigger))} from {from}: <strong>{preset.name}</strong>.{' '}
            {kind.actions[preset.action]?.help}
          </span>
        </li>
      ))}
      {kind.mode === 'web' && (
        <li className="flex gap-2 text-muted">
          <Icon name="info" className="mt-0.5" />
          The page itself sends these, so there is no history of them here. Pages get the change within a
          minute.
        </li>
      )}
    </ul>
  )
}

function useEnable(kind: Kind, draft: Draft) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: () => api('POST /admin/v1/destinations', { body: bodyOf(kind, draft) }),
    async onSuccess({ saved }) {
      await client.invalidateQueries()
      await navigate({ to: '/destinations/$destinationId', params: { destinationId: saved.id } })
      writeDraft(kind, undefined)
      toast(`${saved.name} is enabled.`)
    },
  })
}

function bodyOf(kind: Kind, draft: Draft) {
  const name = draft.name?.trim() ?? ''
  const isAsItComes = kind.presets.every((preset) => isOn(preset, draft) === preset.enabled)
  const actions = kind.presets.map((preset) => ({
    action: preset.action,
    name: preset.name,
    enabled: isOn(preset, draft),
    trigger: preset.trigger,
    mapping: preset.mapping,
  }))
  return {
    kind: kind.kind,
    name: name === '' ? kind.name : name,
    enabled: true,
    sources: [...draft.sources],
    settings: givenSettings(draft),
    ...(isAsItComes ? {} : { actions }),
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
