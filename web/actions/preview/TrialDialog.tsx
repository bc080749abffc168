import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import type { Json } from '../../../core/event.ts'
import type { Explanation } from '../../../core/explain.ts'
import { classNames } from '../../ui/class-names.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Diff } from '../../ui/Diff.tsx'
import { countText } from '../../ui/format.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { changesToSee, type TrialChange, trialText } from '../logic/trial-words.ts'
import type { TrialAnswer } from '../use-preview.ts'

type Props = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly trial: TrialAnswer
}

/** Each kind of change with its newest examples, old and new side by side. */
export function TrialDialog({ isOpen, onClose, trial }: Props): ReactElement {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`What the last ${countText(trial.events)} events would have become`}
      isWide
    >
      <Changes trial={trial} />
    </Dialog>
  )
}

const TITLES: Readonly<Record<TrialChange, string>> = {
  same: 'Same',
  changed: 'Changed',
  'newly sent': 'Newly sent',
  'no longer sent': 'No longer sent',
  'newly refused': 'Newly refused',
  'no longer refused': 'No longer refused',
}

function Changes({ trial: { counts, samples } }: { readonly trial: TrialAnswer }): ReactElement {
  const changes = changesToSee(counts)
  const [chosen, setChosen] = useState<TrialChange>()
  const change = chosen !== undefined && changes.includes(chosen) ? chosen : changes[0]
  if (change === undefined) {
    return (
      <p>
        {trialText(counts)}.{' '}
        <span className="text-muted">All of them would be sent as they are now, or not at all.</span>
      </p>
    )
  }
  return (
    <div className="flex flex-col gap-3">
      <div role="group" aria-label="Kinds of change" className="flex flex-wrap gap-1">
        {changes.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === change}
            onClick={() => setChosen(one)}
            className={classNames(
              'h-8 rounded-md border px-2.5',
              one === change ? 'border-accent bg-accent-soft text-accent' : 'border-edge hover:bg-hover',
            )}
          >
            {TITLES[one]} <strong>{countText(counts[one] ?? 0)}</strong>
          </button>
        ))}
      </div>
      <Examples key={change} shown={samples.filter((sample) => sample.change === change)} />
    </div>
  )
}

function Examples({ shown }: { readonly shown: TrialAnswer['samples'] }): ReactElement | null {
  const [at, setAt] = useState(0)
  const sample = shown[at]
  if (sample === undefined) return null
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 truncate">
          <strong>{sample.event}</strong>{' '}
          <Link
            to="/events/$address"
            params={{ address: sample.address.replaceAll('/', '-') }}
            className="link text-sm"
          >
            its page
          </Link>
        </p>
        <IconButton
          icon="chevron-left"
          label="Previous example"
          disabled={at === 0}
          onClick={() => setAt(at - 1)}
        />
        <span className="text-sm whitespace-nowrap">
          {at + 1} of the newest {shown.length}
        </span>
        <IconButton
          icon="chevron-right"
          label="Next example"
          disabled={at >= shown.length - 1}
          onClick={() => setAt(at + 1)}
        />
      </div>
      <Diff
        label={`${sample.event}: now and then`}
        wasTitle="As it is saved"
        becomesTitle="As you have it"
        was={outcomeOf(sample.before)}
        becomes={outcomeOf(sample.after)}
      />
    </>
  )
}

/** What one looks at: what goes out, or why nothing does. */
function outcomeOf(explanation: Explanation | undefined): Json {
  if (explanation === undefined) return 'not sent'
  const { wrong, consent, switchedOff, trigger, problems, end, requests, calls = [] } = explanation
  if (wrong.length > 0) return { refused: wrong.map(({ at, problem }) => `${at.join(' › ')}: ${problem}`) }
  if (trigger?.matches !== true) return 'not sent: it does not match'
  if (switchedOff !== undefined) return 'not sent: the call switches the destination off'
  if ((consent?.missing.length ?? 0) > 0) return 'not sent: consent is missing'
  if (problems.length > 0) return { refused: problems.map(({ field, problem }) => `${field} ${problem}`) }
  if (end?.status === 'rejected') return { refused: [end.reason.text] }
  if (end?.status === 'unchanged') return 'not sent: nothing would change'
  const sent = [
    ...requests.map(({ method, url, json = null }) => ({ [`${method} ${url}`]: json })),
    ...calls.map(({ name, given }) => ({ [`heap.${name}`]: given })),
  ]
  return sent.length === 1 ? (sent[0] as Json) : sent
}
