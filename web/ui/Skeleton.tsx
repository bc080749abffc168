import type { ReactElement } from 'react'

/** Where something will be, as high as it will be, so that nothing jumps when it comes. */
export function Skeleton({
  lines = 3,
  label = 'Loading…',
}: {
  readonly lines?: number
  readonly label?: string
}): ReactElement {
  return (
    <div role="status" className="flex flex-col gap-3 p-4">
      <span className="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span
          key={index}
          aria-hidden="true"
          className={`pulses h-4 rounded bg-well ${WIDTHS[index % WIDTHS.length]}`}
        />
      ))}
    </div>
  )
}

const WIDTHS = ['w-3/5', 'w-4/5', 'w-2/5']
