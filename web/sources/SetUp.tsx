import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { lazy, type ReactElement, Suspense } from 'react'
import { isSqlKind } from '../../core/sql/settings.ts'
import { queries } from '../api/queries.ts'
import { CodeBlock } from '../ui/CodeBlock.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { ChoiceLinks } from './ChoiceLinks.tsx'
import { FirstEvent } from './FirstEvent.tsx'
import {
  javascriptSteps,
  LANGUAGES,
  type Language,
  languagesFor,
  type SetUpStep,
  serverSteps,
  VENDOR_NAMES,
  VENDORS,
  type Vendor,
} from './set-up-code.ts'

const DatabaseSetUp = lazy(async () => ({
  default: (await import('./database/DatabaseSetUp.tsx')).DatabaseSetUp,
}))

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  javascript: 'JavaScript',
  node: 'Node',
  python: 'Python',
  go: 'Go',
  ios: 'iOS',
  android: 'Android',
  curl: 'curl',
}

/** Pick a language, copy, run, and watch the first event arrive. */
export function SetUp(): ReactElement {
  const { sourceId } = useParams({ from: '/sources/$sourceId/set-up' })
  const search = useSearch({ from: '/sources/$sourceId/set-up' })
  const source = useQuery(queries.source(sourceId))
  const status = useQuery(queries.status())
  if (source.error !== null || status.error !== null) {
    const { error, refetch } = source.error === null ? status : source
    return <ErrorState what="The set-up" error={error} onRetry={() => void refetch()} />
  }
  if (source.data === undefined || status.data === undefined) return <Skeleton lines={8} />
  const { kind, writeKey } = source.data
  if (isSqlKind(kind))
    return (
      <Suspense fallback={<Skeleton lines={8} />}>
        <DatabaseSetUp key={sourceId} source={source.data} kind={kind} />
      </Suspense>
    )
  const { host } = status.data
  const languages = languagesFor(kind)
  const language = LANGUAGES.find((one) => one === search['language']) ?? (languages[0] as Language)
  const vendor = VENDORS.find((one) => one === search['library']) ?? 'customerio'
  const params = { sourceId }
  return (
    <div className="grid grid-cols-1 gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <ChoiceLinks
          label="Language"
          chosen={language}
          choices={languages.map((one) => ({
            id: one,
            label: LANGUAGE_NAMES[one],
            link: { to: '/sources/$sourceId/set-up', params, search: { language: one, library: vendor } },
          }))}
        />
        {language !== 'curl' && (
          <ChoiceLinks
            label="Library"
            chosen={vendor}
            choices={VENDORS.map((one) => ({
              id: one,
              label: VENDOR_NAMES[one],
              link: { to: '/sources/$sourceId/set-up', params, search: { language, library: one } },
            }))}
          />
        )}
        <Facts host={host} writeKey={writeKey} />
        {language === 'javascript' ? (
          <JavaScriptSteps sourceId={sourceId} vendor={vendor} />
        ) : (
          <Steps steps={serverSteps(language, vendor, { host, writeKey })} />
        )}
      </div>
      <FirstEvent key={sourceId} source={source.data} />
    </div>
  )
}

type JavaScriptProps = { readonly sourceId: string; readonly vendor: Vendor }

function JavaScriptSteps({ sourceId, vendor }: JavaScriptProps): ReactElement {
  const { data, error, refetch } = useQuery(queries.snippets(sourceId))
  if (error !== null) return <ErrorState what="The snippet" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton lines={6} />
  return <Steps steps={javascriptSteps(vendor, data.own ?? data.usual)} />
}

function Steps({ steps }: { readonly steps: readonly SetUpStep[] }): ReactElement {
  return (
    <ol className="flex flex-col gap-4">
      {steps.map(({ title, code, note }) => (
        <li key={title} className="flex flex-col gap-1">
          <CodeBlock title={title} code={code} />
          {note !== undefined && <p className="text-sm text-muted">{note}</p>}
        </li>
      ))}
    </ol>
  )
}

function Facts({ host, writeKey }: { readonly host: string; readonly writeKey: string }): ReactElement {
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {(
        [
          ['Host', host],
          ['Write key', writeKey],
        ] as const
      ).map(([name, value]) => (
        <div key={name} className="flex items-center gap-1.5">
          <dt className="text-muted">{name}</dt>
          <dd className="flex items-center gap-1">
            <code className="break-all">{value}</code>
            <CopyButton text={value} what={`the ${name.toLowerCase()}`} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
