import type { ReactElement } from 'react'
import { useSeesPersonal } from '../../api/use-may.ts'
import { ErrorState, errorText } from '../../ui/ErrorState.tsx'
import { JsonTree } from '../../ui/JsonTree.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { ProblemLine } from '../ProblemLine.tsx'
import type { Explained, usePreview } from '../use-preview.ts'
import type { useSamples } from '../use-samples.ts'
import { Becomes } from './Becomes.tsx'
import { Matches } from './Matches.tsx'
import { SampleBar } from './SampleBar.tsx'
import { TransformedBy } from './TransformedBy.tsx'

type Props = {
  readonly samples: ReturnType<typeof useSamples>
  readonly preview: ReturnType<typeof usePreview>
  readonly explained: Explained | undefined
  /** The trigger is not right for the moment: this is with the last one that was. */
  readonly isBehind: boolean
  readonly isWeb: boolean
  readonly receiver: string
  readonly onChoose: (address: string | undefined) => void
}

/** What happens to one real event: whether it matches, what is sent of it, and what differs from now. */
export function Preview(props: Props): ReactElement {
  const { samples, preview, explained, onChoose } = props
  const { after, before } = preview
  const answer = after.data
  const mayAsk = useSeesPersonal() || samples.sample?.kind === 'pasted'
  return (
    <section aria-labelledby="sample" className="panel">
      <SampleBar
        samples={samples}
        onChoose={onChoose}
        event={answer && 'event' in answer ? answer.event : undefined}
      />
      {samples.error !== null && (
        <div className="p-4">
          <ErrorState what="Real events" error={samples.error} />
        </div>
      )}
      {samples.sample === undefined && !samples.isLoading && <NoEvents />}
      {!mayAsk && (
        <p className="px-4 py-3 text-muted">
          What a real event becomes is shown to those who may see what events say about persons. Paste a call
          above to see what becomes of it.
        </p>
      )}
      {samples.isLoading && <Skeleton lines={5} label="Looking for real events…" />}
      {after.isLoading && <Skeleton lines={5} label="Asking what becomes of it…" />}
      {after.error !== null && (
        <div className="p-4">
          <ProblemLine problem={`What becomes of it cannot be told: ${errorText(after.error)}`} />
        </div>
      )}
      {answer !== undefined && 'refused' in answer && (
        <div className="p-4">
          <ProblemLine problem={`This call would be refused when it comes in: ${answer.refused.reason}`} />
        </div>
      )}
      {explained !== undefined &&
        answer !== undefined &&
        'event' in answer &&
        samples.sample !== undefined && (
          <div aria-busy={after.isPlaceholderData || undefined} className="divide-y divide-line">
            {props.isBehind && (
              <p className="px-4 py-2 text-sm text-muted">
                The trigger is not right yet: this is with the last one that was.
              </p>
            )}
            <Matches explained={explained} />
            <TransformedBy explained={explained} event={answer.event} />
            <Becomes
              explained={explained}
              before={
                before.data !== undefined && 'event' in before.data ? before.data.explanations[0] : undefined
              }
              isWeb={props.isWeb}
              receiver={props.receiver}
            />
            <details className="group px-4 py-2">
              <summary className="text-sm font-medium">The event itself</summary>
              <div className="mt-2">
                <JsonTree value={answer.event} label="The sample event" />
              </div>
            </details>
          </div>
        )}
    </section>
  )
}

function NoEvents(): ReactElement {
  return (
    <p className="px-4 py-8 text-center text-muted">
      No event has come yet from the sources of this destination. Paste a call above to see what would become
      of it.
    </p>
  )
}
