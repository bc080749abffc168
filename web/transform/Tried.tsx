import { type ReactElement, useState } from 'react'
import type { Json } from '../../core/event.ts'
import { classNames } from '../ui/class-names.ts'
import { Diff } from '../ui/Diff.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import type { TriedEvent, useTransformTrial } from './use-transform-trial.ts'

const WORDS = { changed: 'changed', same: 'as it came', dropped: 'dropped', failed: 'failed' } as const
const TONES = { changed: 'text-good', same: 'text-muted', dropped: 'text-wait', failed: 'text-bad' } as const

/** What the text makes of the newest events, one of them before and after. */
export function Tried({ trial }: { readonly trial: ReturnType<typeof useTransformTrial> }): ReactElement {
  const { data, error, isBehind } = trial
  const [chosen, setChosen] = useState(0)
  if (error !== null) return <p className="text-bad">{errorText(error)}</p>
  if (data === undefined) return <p className="text-muted">Trying it on the last events…</p>
  const { results } = data
  const shown = results[chosen] ?? results[0]
  if (shown === undefined)
    return <p className="text-muted">No event has come yet that it could be tried on.</p>
  return (
    <div aria-busy={isBehind || undefined} className="flex min-w-0 flex-col gap-3">
      <ul aria-label="The last events" className="flex flex-wrap gap-1">
        {results.map((result, index) => (
          <li key={result.address ?? index}>
            <button
              type="button"
              aria-pressed={result === shown}
              onClick={() => setChosen(index)}
              className={classNames(
                'rounded-md border border-line px-2 py-1 text-sm',
                result === shown ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              {nameOf(result)} <span className={TONES[lookOf(result)]}>{WORDS[lookOf(result)]}</span>
            </button>
          </li>
        ))}
      </ul>
      <OneTried key={shown.address} result={shown} />
    </div>
  )
}

function OneTried({ result }: { readonly result: TriedEvent }): ReactElement {
  const { status, before, after, problem, lines } = result
  return (
    <>
      {status === 'failed' && (
        <p className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          It {problem}. The event would be held as a dead letter.
        </p>
      )}
      {status === 'dropped' && (
        <p className="rounded-md bg-wait-soft px-3 py-2 text-wait">
          It drops the event: nothing is sent of it.
        </p>
      )}
      {status === 'changed' && (
        <Diff
          label="The event before and after"
          wasTitle="Before"
          becomesTitle="After"
          was={before as unknown as Json}
          becomes={after as unknown as Json}
        />
      )}
      {lines.length > 0 && (
        <section
          aria-label="Console"
          tabIndex={0}
          className="max-h-48 overflow-auto rounded-md bg-well px-3 py-2"
        >
          <pre className="text-sm whitespace-pre-wrap">{lines.join('\n')}</pre>
        </section>
      )}
    </>
  )
}

function lookOf({ status, before, after }: TriedEvent): keyof typeof WORDS {
  return status === 'changed' && JSON.stringify(before) === JSON.stringify(after) ? 'same' : status
}

function nameOf({ before }: TriedEvent): string {
  return 'event' in before && typeof before.event === 'string' ? before.event : before.type
}
