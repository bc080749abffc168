import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { type ReactElement, useEffect, useRef } from 'react'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Tag } from '../ui/Tag.tsx'
import { ActionsStep } from './ActionsStep.tsx'
import { readDraft, useDraft, writeDraft } from './draft.ts'
import { EnableStep } from './EnableStep.tsx'
import type { Kind } from './KindCards.tsx'
import { SettingsStep } from './SettingsStep.tsx'
import { SourcesStep } from './SourcesStep.tsx'
import { StepList } from './StepList.tsx'
import { readStep, STEP_NAMES, type Step } from './steps.ts'

/** From a kind of the catalogue to a destination that is enabled: each step has an address, and keeps what was typed. */
export function WizardPage(): ReactElement {
  const { kind: name } = useParams({ from: '/destinations/new/$kind' })
  const search = useSearch({ from: '/destinations/new/$kind' })
  const { data, error, refetch } = useQuery(queries.catalogue())
  const kind = data?.destinations.find((one) => one.kind === name)
  const step = readStep(search['step'])
  return (
    <Page
      title={`Add ${kind?.name ?? 'a destination'}`}
      crumbs={[{ label: 'Catalogue', link: { to: '/catalogue' } }]}
      note={kind?.label !== undefined && <Tag>{kind.label}</Tag>}
      tabs={<StepList kind={name} step={step} />}
    >
      {error !== null ? (
        <ErrorState what="This kind of destination" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={6} />
      ) : kind === undefined ? (
        <EmptyState icon="search" title={`There is no kind of destination called “${name}”`} />
      ) : (
        <Wizard key={name} kind={kind} step={step} source={search['source']} />
      )}
    </Page>
  )
}

type WizardProps = { readonly kind: Kind } & { readonly step: Step; readonly source: string | undefined }

function Wizard({ kind, step, source }: WizardProps): ReactElement {
  const draft = useDraft(kind.kind)
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(step)
  useEffect(() => {
    // Who came from a source wants that one.
    if (source === undefined || readDraft(kind.kind).sources.includes(source)) return
    const before = readDraft(kind.kind)
    writeDraft(kind.kind, { ...before, sources: [...before.sources, source] })
  }, [kind, source])
  useEffect(() => {
    if (shown.current !== step) heading.current?.focus()
    shown.current = step
  }, [step])
  return (
    <div className="max-w-3xl">
      <h2 ref={heading} tabIndex={-1} className="mb-1 text-lg font-semibold outline-none">
        {STEP_NAMES[step]}
      </h2>
      {step === 'sources' && <SourcesStep kind={kind} draft={draft} />}
      {step === 'settings' && <SettingsStep kind={kind} draft={draft} />}
      {step === 'actions' && <ActionsStep kind={kind} draft={draft} />}
      {step === 'enable' && <EnableStep kind={kind} draft={draft} />}
    </div>
  )
}
