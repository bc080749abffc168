import type { ReactElement } from 'react'
import { switchedOffText } from '../../../core/integrations.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { Explained } from '../use-preview.ts'

const CLAUSES_SHOWN = 6

/** Whether the sample is sent, and which conditions decided it; then whether the person has allowed it. */
export function Matches({ explained }: { readonly explained: Explained }): ReactElement | null {
  const { trigger, consent, switchedOff, wrong } = explained
  const elsewhere = wrong.filter(({ at }) => at[0] !== 'mapping')
  if (elsewhere.length > 0) {
    return (
      <div className="px-4 py-3">
        {elsewhere.map(({ at, problem }) => (
          <p key={`${at.join('.')} ${problem}`} className="flex gap-1.5 text-sm text-bad">
            <Icon name="warning" className="mt-0.5" /> {at.join(' › ')}: {problem}
          </p>
        ))}
      </div>
    )
  }
  if (trigger === undefined) return null
  const { matches, clauses } = trigger
  return (
    <div role="status" className="flex flex-col gap-1.5 px-4 py-3">
      <p className={`flex items-center gap-1.5 font-medium ${matches ? 'text-good' : 'text-wait'}`}>
        <Icon name={matches ? 'check' : 'hold'} />
        {matches ? 'It matches' : 'It does not match: this action does not send it'}
      </p>
      <ul className="flex flex-col gap-1 text-sm">
        {clauses.slice(0, CLAUSES_SHOWN).map((clause, index) => (
          <li key={index} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <Icon
              name={clause.holds ? 'check' : 'cross'}
              size={12}
              className={clause.holds ? 'text-good' : 'text-bad'}
              label={clause.holds ? 'holds' : 'does not hold'}
            />
            <code className="break-all">{clause.text}</code>
            {clause.values.map(({ text, value }) => (
              <span key={text} className="truncate text-muted">
                {text} is <code className="text-text">{JSON.stringify(value)}</code>
              </span>
            ))}
          </li>
        ))}
        {clauses.length > CLAUSES_SHOWN && (
          <li className="text-muted">and {clauses.length - CLAUSES_SHOWN} conditions more</li>
        )}
      </ul>
      {consent !== undefined && consent.missing.length > 0 && (
        <p className="flex gap-1.5 text-sm text-wait">
          <Icon name="hold" className="mt-0.5" />
          The person has not allowed {consent.missing.join(', ')}: the event is filtered, and not sent here.
        </p>
      )}
      {switchedOff !== undefined && (
        <p className="flex gap-1.5 text-sm text-wait">
          <Icon name="hold" className="mt-0.5" />
          {switchedOffText(switchedOff)} The event is filtered.
        </p>
      )}
    </div>
  )
}
