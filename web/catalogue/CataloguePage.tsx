import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { Answer } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { DestinationKindCard, SourceKindCard } from './KindCards.tsx'

/** Everything that can be added, to be searched. */
export function CataloguePage(): ReactElement {
  const { q = '' } = useSearch({ from: '/catalogue' })
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(queries.catalogue())
  return (
    <Page
      title="Catalogue"
      actions={
        <search className="relative">
          <Icon name="search" className="pointer-events-none absolute top-2 left-2 text-muted" />
          <TextInput
            type="search"
            aria-label="Search the catalogue"
            placeholder="Heap, webhook, Python…"
            className="min-w-64 pl-8"
            value={q}
            onText={(text) =>
              void navigate({ to: '/catalogue', search: text === '' ? {} : { q: text }, replace: true })
            }
          />
        </search>
      }
    >
      {error !== null ? (
        <ErrorState what="The catalogue" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={6} />
      ) : (
        <Found catalogue={data} q={q} />
      )}
    </Page>
  )
}

type FoundProps = { readonly catalogue: Answer<'GET /admin/v1/catalogue'>; readonly q: string }

function Found({ catalogue, q }: FoundProps): ReactElement {
  const words = q.toLowerCase().split(/\s+/)
  const isWanted = (...texts: readonly (string | undefined)[]) =>
    words.every((word) => texts.some((text) => text?.toLowerCase().includes(word)))
  const destinations = catalogue.destinations.filter(({ name, label, help, kind }) =>
    isWanted(name, label, help, kind),
  )
  const sources = catalogue.sources.filter(({ kind, name }) => isWanted(kind, name))
  if (destinations.length + sources.length === 0) {
    return (
      <EmptyState icon="search" title={`Nothing is called “${q}”`}>
        What speaks HTTP can be reached by a webhook, and can send with plain HTTP.
      </EmptyState>
    )
  }
  return (
    <div className="flex max-w-6xl flex-col gap-8">
      <Section title="Destinations" text="Where events go.">
        {destinations.map((kind) => (
          <li key={kind.kind}>
            <DestinationKindCard kind={kind} />
          </li>
        ))}
      </Section>
      <Section title="Sources" text="Where events come from.">
        {sources.map(({ kind, name }) => (
          <li key={kind}>
            <SourceKindCard kind={kind} name={name} />
          </li>
        ))}
      </Section>
    </div>
  )
}

type SectionProps = { readonly title: string; readonly text: string; readonly children: readonly ReactNode[] }

function Section({ title, text, children }: SectionProps): ReactElement | null {
  if (children.length === 0) return null
  return (
    <section aria-labelledby={`all-${title}`}>
      <h2 id={`all-${title}`} className="text-lg font-semibold">
        {title}
      </h2>
      <p className="mb-3 text-muted">{text}</p>
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">{children}</ul>
    </section>
  )
}
