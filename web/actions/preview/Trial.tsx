import { type ReactElement, type RefObject, useImperativeHandle, useState } from 'react'
import { useSeesPersonal } from '../../api/use-may.ts'
import { Button } from '../../ui/Button.tsx'
import { errorText } from '../../ui/ErrorState.tsx'
import { countText } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { changesToSee, trialText } from '../logic/trial-words.ts'
import type { useTrial } from '../use-preview.ts'
import { TrialDialog } from './TrialDialog.tsx'

export type TrialHandle = { readonly open: () => void }
type Props = {
  readonly trial: ReturnType<typeof useTrial>
  readonly isChanged: boolean
  readonly isRight: boolean
  /** It is off, saved or in the draft. */
  readonly isOff: boolean
  readonly handle: RefObject<TrialHandle | null>
}

/** What the last real events would have become under the draft, before it is saved. */
export function Trial({ trial, isChanged, isRight, isOff, handle }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false)
  const mayAsk = useSeesPersonal()
  const { data, isFetching, isPlaceholderData, error, refetch } = trial
  const changes = data === undefined ? [] : changesToSee(data.counts)
  const canSee = isChanged && changes.length > 0
  const open = () => {
    if (isRight && isChanged && mayAsk) void refetch()
    setOpen(isChanged)
  }
  useImperativeHandle(handle, () => ({ open }))
  const isBad = (data?.counts['newly refused'] ?? 0) > 0 && isChanged
  return (
    <section aria-labelledby="trial" className="panel px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id="trial" className="font-semibold">
          Tried on real events
        </h2>
        <Button size="small" className="ml-auto" disabled={!canSee} onClick={() => setOpen(true)}>
          See {changes.length === 0 ? 'what changes' : ''} {canSee && <Icon name="chevron-right" />}
        </Button>
      </div>
      <p role="status" className="mt-1 text-sm">
        {!mayAsk && (
          <span className="text-muted">
            Trying a draft on real events takes somebody who may see what they say about persons.
          </span>
        )}
        {mayAsk && !isChanged && (
          <span className="text-muted">
            Change something, and the last 1,000 events go through it before you save. <kbd>Ctrl</kbd>{' '}
            <kbd>Enter</kbd> shows them.
          </span>
        )}
        {isChanged && !isRight && (
          <span className="text-muted">Something is not right yet: what is right was tried.</span>
        )}
        {isChanged && error !== null && <span className="text-bad">{errorText(error)}</span>}
        {mayAsk && isChanged && isRight && data === undefined && error === null && (
          <span className="text-muted">Trying…</span>
        )}
        {isChanged && isRight && data !== undefined && (
          <span className={isPlaceholderData || isFetching ? 'opacity-80' : undefined}>
            <Icon
              name={isBad ? 'warning' : 'check'}
              className={`mr-1 inline align-[-3px] ${isBad ? 'text-bad' : 'text-good'}`}
            />
            Last {countText(data.events)} events: <strong>{trialText(data.counts)}</strong>
          </span>
        )}
      </p>
      {isChanged && isOff && (
        <p className="text-sm text-muted">Switched on, that is: while it is off, it sends nothing.</p>
      )}
      {data !== undefined && <TrialDialog isOpen={isOpen} onClose={() => setOpen(false)} trial={data} />}
    </section>
  )
}
