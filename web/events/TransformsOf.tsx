import type { ReactElement } from 'react'
import { JsonTree } from '../ui/JsonTree.tsx'
import type { Delivery } from './fate-words.ts'

const WHOSE = { source: "the source's transformation", action: "the action's transformation" } as const

type Props = { readonly transforms: Delivery['transforms'] | undefined }

/** What transformations make of the event before it is mapped. */
export function TransformsOf({ transforms }: Props): ReactElement {
  return (
    <>
      {transforms?.map((made) => (
        <div key={made.of}>
          {made.status === 'changed' ? (
            <details className="mt-1">
              <summary className="w-fit text-sm text-muted">Changed by {WHOSE[made.of]}</summary>
              <JsonTree label={`The event after ${WHOSE[made.of]}`} value={made.event} openDepth={2} />
              <p className="text-xs text-muted">As it is made now. What was sent is in the attempts.</p>
            </details>
          ) : (
            <p className={made.status === 'failed' ? 'text-sm text-bad' : 'text-sm text-wait'}>
              {made.status === 'failed'
                ? `Failed in ${WHOSE[made.of]}: it ${made.problem}`
                : `Dropped by ${WHOSE[made.of]}`}
            </p>
          )}
        </div>
      ))}
    </>
  )
}
