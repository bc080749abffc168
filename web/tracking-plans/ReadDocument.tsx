import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import type { Json } from '../../core/event.ts'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { api } from '../api/api.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { Field } from '../ui/Field.tsx'
import { TextArea } from '../ui/TextArea.tsx'
import { useText } from './use-text.ts'

type Read = { readonly rules: readonly PlanRule[]; readonly name: string | undefined }
type Props = {
  /** Told what was read; undefined: what stands there now cannot be. */
  readonly onRead: (read: Read | undefined) => void
}
const FORMATS = { segment: 'Segment', rudderstack: 'RudderStack', millrace: 'Millrace', csv: 'CSV' } as const

/** A file or a text that another program exported, and what of it cannot be taken. */
export function ReadDocument({ onRead }: Props): ReactElement {
  const read = useMutation({
    mutationFn: async (text: string) => {
      const document = parsed(text)
      return api('POST /admin/v1/tracking-plans/read', { body: { document } })
    },
    onSuccess: ({ rules, name, problems }) => {
      onRead(problems.length === 0 ? { rules: rules as readonly PlanRule[], name } : undefined)
    },
    onError: () => onRead(undefined),
  })
  const [text, setText] = useText((given) => {
    if (given.trim() !== '') read.mutate(given)
  })
  const { data, error } = read
  return (
    <div className="flex flex-col gap-3">
      <Field label="File">
        {(ids) => (
          <input
            {...ids}
            type="file"
            accept=".json,.csv,.tsv,application/json,text/csv"
            onChange={(event) => void event.target.files?.[0]?.text().then(setText)}
          />
        )}
      </Field>
      <Field
        label="Or its text"
        help="JSON, as Segment’s Public API or Config API, RudderStack’s API, or the export of a plan here gives it; or CSV with columns such as event, property, type, required."
        error={error === null ? data?.problems[0]?.problem : errorText(error)}
      >
        {(ids) => <TextArea {...ids} value={text} onText={setText} isMono rows={8} />}
      </Field>
      <div role="status" className="text-sm">
        {data !== undefined && data.problems.length === 0 && (
          <>
            <p>
              {data.rules.length.toLocaleString('en-US')} rules
              {data.format !== undefined && ` of ${FORMATS[data.format]}`} were read.
            </p>
            {data.notes.length > 0 && <Notes notes={data.notes} />}
          </>
        )}
      </div>
    </div>
  )
}

function Notes({ notes }: { readonly notes: readonly string[] }): ReactElement {
  return (
    <details open className="mt-1 rounded-lg bg-wait-soft p-2 text-wait">
      <summary>Not everything could be taken</summary>
      <ul className="mt-1 max-h-40 list-disc overflow-y-auto pl-5">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  )
}

/** What is meant to be JSON and is none is told; anything else is a table. */
function parsed(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new Error('This is no JSON.')
  }
}
