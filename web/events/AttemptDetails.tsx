import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { Json } from '../../core/event.ts'
import { api } from '../api/api.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { ErrorCode } from '../ui/ErrorCode.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import type { Attempt } from './fate-words.ts'

/** Request and answer of an attempt, asked for when somebody opens it. */
export function AttemptDetails({ attempt }: { readonly attempt: Attempt }): ReactElement {
  const { id, method, url, reason } = attempt
  const [isOpen, setOpen] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['attempts', id],
    queryFn: ({ signal }) => api('GET /admin/v1/attempts/:id', { params: { id: String(id) }, signal }),
    enabled: isOpen,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <>
      {reason !== undefined && (
        <p>
          {reason.text} <ErrorCode code={reason.code} />
        </p>
      )}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="w-fit max-w-full truncate font-mono text-sm text-muted">
          {method} {url}
        </summary>
        {error !== null ? (
          <ErrorState what="The attempt" error={error} onRetry={() => void refetch()} />
        ) : data === undefined ? (
          isOpen && <Skeleton lines={3} />
        ) : (
          <div className="mt-2 grid gap-3 lg:grid-cols-2">
            <Body title="Request" text={data.requestBody} />
            <Body
              title={data.status === undefined ? 'No answer' : `Answer ${data.status}`}
              text={data.responseBody}
            />
          </div>
        )}
      </details>
    </>
  )
}

function Body({ title, text }: { readonly title: string; readonly text: string }): ReactElement {
  const json = readJson(text)
  return (
    <figure className="min-w-0 overflow-hidden rounded-lg border border-line">
      <figcaption className="flex items-center justify-between border-b border-line bg-well py-1 pr-1 pl-3 text-sm text-muted">
        {title}
        {text !== '' && <CopyButton text={text} what={title.toLowerCase()} label="Copy" />}
      </figcaption>
      <div className="max-h-96 overflow-auto p-2">
        {text === '' ? (
          <p className="text-sm text-muted">Empty.</p>
        ) : json === undefined ? (
          <pre className="break-words whitespace-pre-wrap">{text}</pre>
        ) : (
          <JsonTree label={title} value={json} />
        )}
      </div>
    </figure>
  )
}

function readJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}
