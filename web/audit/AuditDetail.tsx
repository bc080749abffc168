import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { browserText } from '../account/browser-text.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Diff } from '../ui/Diff.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'
import { type Entry, entryQuery } from './audit-query.ts'
import { OutcomeText } from './OutcomeText.tsx'
import { placeOf, whatWords } from './what-words.ts'

/** One entry, with what it changed. */
export function AuditDetail({ id }: { readonly id: number }): ReactElement {
  const { data, error, refetch } = useQuery(entryQuery(id))
  if (error !== null) return <ErrorState what="This entry" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton lines={6} />
  if (data === null) {
    return (
      <EmptyState icon="clock" title="There is no such entry">
        It is older than what is kept, or the address is not whole.
      </EmptyState>
    )
  }
  return <Shown entry={data} />
}

const VIA = {
  machine: ', login was off',
  session: '',
  token: ', by a token',
  nobody: ', not logged in',
  system: ', the server itself',
} as const

function Shown({ entry }: { readonly entry: Entry }): ReactElement {
  const { id, at, who, what, of, outcome, address, agent, request, before, after, hash } = entry
  const place = of === undefined ? undefined : placeOf(of.type, of.id)
  return (
    <div className="flex flex-col gap-4 p-4">
      <h2 className="text-lg font-semibold break-words">
        {who.name} {whatWords(what)}
      </h2>
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1">
        <Fact name="When">
          <Time at={at} as="exact" />
        </Fact>
        <Fact name="Who">
          {who.name}
          <span className="text-muted">{VIA[who.via]}</span>
        </Fact>
        {of !== undefined && (
          <Fact name="Of">
            {of.type}{' '}
            {place === undefined ? (
              of.id
            ) : (
              <Link to={place as '/'} className="link">
                {of.id}
              </Link>
            )}
          </Fact>
        )}
        <Fact name="Outcome">
          <OutcomeText outcome={outcome} />
        </Fact>
        {address !== undefined && <Fact name="From">{address}</Fact>}
        {agent !== undefined && (
          <Fact name="With">
            <span title={agent}>{browserText(agent)}</span>
          </Fact>
        )}
        <Fact name="Noted as">
          <code>{what}</code>
        </Fact>
        {request !== undefined && (
          <Fact name="Request">
            <code>{request}</code>
          </Fact>
        )}
        <Fact name="Entry">
          {id} <CopyButton text={() => `${id}:${hash}`} what="number and hash" label="Copy with its hash" />
        </Fact>
      </dl>
      {(before !== undefined || after !== undefined) && (
        <Diff label="What changed" was={before} becomes={after} wasTitle="Before" becomesTitle="After" />
      )}
    </div>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
