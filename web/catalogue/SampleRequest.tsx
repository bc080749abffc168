import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactElement, useId, useState } from 'react'
import type { Json, JsonObject } from '../../core/event.ts'
import { sampleCalls } from '../../core/sample-events.ts'
import { type Answer, api } from '../api/api.ts'
import { CodeBlock } from '../ui/CodeBlock.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import { Select } from '../ui/Select.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { isOn } from './ActionsStep.tsx'
import { type Draft, givenSettings } from './draft.ts'
import type { Kind } from './KindCards.tsx'

type Props = { readonly kind: Kind; readonly draft: Draft }
type Sample = { readonly id: string; readonly label: string; readonly event: JsonObject }
type Explained = Extract<Answer<'POST /admin/v1/explain'>, { event: unknown }>['explanations'][number]

const REAL_MAX = 5
const MADE_UP: readonly Sample[] = sampleCalls('preview', 0).map((event, index) => ({
  id: `made-up ${index}`,
  label: `${titleOf(event)}, made up`,
  event: withoutTime(event),
}))
const FIRST_SHOWN = 'Order Completed'

/** What would be sent for a real event of the chosen sources, or for one that is made up. */
export function SampleRequest({ kind, draft }: Props): ReactElement {
  const id = useId()
  const [chosen, setChosen] = useState<string>()
  const samples = useSamples(draft)
  const sample =
    samples.find((one) => one.id === chosen) ??
    samples.find(({ label }) => label.startsWith(FIRST_SHOWN)) ??
    (samples[0] as Sample)
  const settings = givenSettings(draft)
  const { data, error, refetch } = useQuery({
    queryKey: ['explain', kind.kind, settings, sample.event],
    queryFn: ({ signal }) =>
      api('POST /admin/v1/explain', {
        body: { destination: { kind: kind.kind, settings }, event: sample.event },
        signal,
      }),
    placeholderData: keepPreviousData,
  })
  return (
    <section aria-labelledby={`${id}-title`} className="panel mt-4 p-4">
      <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h3 id={`${id}-title`} className="font-semibold">
          What would be sent
        </h3>
        <label htmlFor={id} className="text-sm text-muted">
          for
        </label>
        <Select
          id={id}
          value={sample.id}
          choices={samples.map((one) => ({ value: one.id, label: one.label }))}
          onChoice={setChosen}
        />
      </div>
      {error !== null ? (
        <ErrorState what="The request" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={5} />
      ) : 'refused' in data ? (
        <p>This event would be refused: {data.refused.reason}</p>
      ) : (
        <Explanations kind={kind} explained={data.explanations.filter((one) => isOnHere(one, kind, draft))} />
      )}
    </section>
  )
}

function isOnHere({ id, name }: Explained, kind: Kind, draft: Draft): boolean {
  const preset = kind.presets.find((one) => one.id === id || one.name === name)
  return preset !== undefined && isOn(preset, draft)
}

function Explanations({
  kind,
  explained,
}: {
  readonly kind: Kind
  readonly explained: readonly Explained[]
}) {
  const wanted = explained.filter(({ trigger }) => trigger?.matches === true)
  if (wanted.length === 0) {
    return (
      <p className="text-muted">Nothing: no action wants this event. It would be counted as discarded.</p>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      {wanted.map((one) => (
        <div key={one.id} className="flex flex-col gap-2">
          <p className="text-sm text-muted">{one.name}</p>
          {one.requests.map((request) => (
            <CodeBlock
              key={request.url}
              title={`${request.method} ${request.url}`}
              code={JSON.stringify(request.json ?? null, null, 2)}
            />
          ))}
          {kind.mode === 'web' && <JsonTree label={`Values for ${one.name}`} value={valuesOf(one)} />}
          {one.problems.map(({ field, problem }) => (
            <p key={field} className="text-bad">
              Would become a dead letter: {field} {problem}.
            </p>
          ))}
          {one.end?.status === 'rejected' && (
            <p className="text-bad">Would become a dead letter: {one.end.reason.text}</p>
          )}
          {one.adjustments.map(({ field, text }) => (
            <p key={`${field} ${text}`} className="text-sm text-wait">
              Adjusted: {text}
            </p>
          ))}
        </div>
      ))}
    </div>
  )
}

/** What the page would hand to the library, by the fields' labels. */
function valuesOf({ fields }: Explained): JsonObject {
  return Object.fromEntries(
    fields.flatMap(({ label, value }) => (value === undefined ? [] : [[label, value as Json]])),
  )
}

function useSamples({ sources }: Draft): readonly Sample[] {
  const { data } = useQuery({
    queryKey: ['samples', sources],
    queryFn: ({ signal }) =>
      api('POST /admin/v1/samples', { body: { sources: [...sources], limit: REAL_MAX }, signal }),
    enabled: sources.length > 0,
    retry: false,
  })
  const real = (data?.events ?? []).map(({ address, event }) => {
    const call = event as unknown as JsonObject
    return { id: address, label: `${titleOf(call)}, just received`, event: call }
  })
  return [...real, ...MADE_UP]
}

function titleOf(event: JsonObject): string {
  const name = event['event'] ?? event['name']
  return typeof name === 'string' && name !== '' ? `${name} (${event['type']})` : `${event['type']} call`
}

/** So that it happens when it is looked at. */
function withoutTime({ timestamp: _, ...event }: JsonObject): JsonObject {
  return event
}
