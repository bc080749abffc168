import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { PLAN_FORMATS, type PlanFormat } from '../../core/tracking-plan/read-document.ts'
import { type Answer, api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { CodeBlock } from '../ui/CodeBlock.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorState, errorText } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { toast } from '../ui/toasts.ts'
import { planQueries } from './plan-queries.ts'

type Plan = Answer<'GET /admin/v1/tracking-plans/:id'>
type Props = { readonly isOpen: boolean; readonly onClose: () => void; readonly plan: Plan }
const FORMATS: Readonly<Record<PlanFormat, string>> = {
  millrace: 'Millrace',
  segment: 'Segment',
  rudderstack: 'RudderStack',
}

/** What the plan as it is saved becomes elsewhere: types for whoever writes the calls, and files of other programs. */
export function TypesDialog({ isOpen, onClose, plan }: Props): ReactElement {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Types and export" isWide>
      <Shown plan={plan} />
    </Dialog>
  )
}

function Shown({ plan: { id, name } }: { readonly plan: Plan }): ReactElement {
  const { data, error, refetch } = useQuery(planQueries.types(id))
  async function download(format: PlanFormat): Promise<void> {
    try {
      const asked = { params: { id }, query: { format } }
      const { document } = await api('GET /admin/v1/tracking-plans/:id/document', asked)
      save(`${id}.${format}.json`, JSON.stringify(document, undefined, 2))
    } catch (failure) {
      toast(errorText(failure), { tone: 'bad' })
    }
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-muted">Download {name} for</span>
        {PLAN_FORMATS.map((format) => (
          <Button key={format} size="small" onClick={() => void download(format)}>
            {FORMATS[format]}
          </Button>
        ))}
      </div>
      {error !== null ? (
        <ErrorState what="The types" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={5} />
      ) : (
        <CodeBlock title="events.d.ts" code={data.text} />
      )}
      <p className="text-sm text-muted">
        The same on the command line: <code>millrace types {id} &gt; events.d.ts</code>
      </p>
    </div>
  )
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
