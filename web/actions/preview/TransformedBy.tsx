import type { ReactElement } from 'react'
import type { Json } from '../../../core/event.ts'
import { Diff } from '../../ui/Diff.tsx'
import type { Explained } from '../use-preview.ts'

type Made = NonNullable<Explained['transforms']>[number]
type Props = { readonly explained: Explained; readonly event: object }

/** What transformations made of the sample, before and after, one after the other. */
export function TransformedBy({ explained, event }: Props): ReactElement | null {
  const { transforms = [] } = explained
  if (transforms.length === 0) return null
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      {transforms.map((made, index) => {
        const before = transforms[index - 1]
        return <One key={made.of} made={made} was={before?.status === 'changed' ? before.event : event} />
      })}
    </div>
  )
}

const WHOSE = { source: "the source's transformation", action: "the action's transformation" } as const

function One({ made, was }: { readonly made: Made; readonly was: object }): ReactElement {
  const whose = WHOSE[made.of]
  switch (made.status) {
    case 'changed':
      return (
        <details>
          <summary className="text-sm font-medium">Changed by {whose}</summary>
          <Diff
            label={`Changed by ${whose}`}
            wasTitle="Before"
            becomesTitle="After"
            was={was as Json}
            becomes={made.event as unknown as Json}
          />
        </details>
      )
    case 'dropped':
      return <p className="text-sm text-wait">Dropped by {whose}: nothing is sent of it.</p>
    case 'failed':
      return (
        <p className="text-sm text-bad">
          Failed in {whose}: it {made.problem}. The event would be a dead letter.
        </p>
      )
  }
}
