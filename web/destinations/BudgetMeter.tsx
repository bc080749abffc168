import type { ReactElement } from 'react'
import { classNames } from '../ui/class-names.ts'
import { countText, spanText } from '../ui/format.ts'
import type { Overview } from './overview-query.ts'

/** From here on the budget is what limits. */
const NEARLY_ALL = 0.9

function shareText(share: number): string {
  return share > 0 && share < 0.01 ? 'less than 1 %' : `${Math.round(share * 100)} %`
}

/** How much of what the receiver allows has been used within its window. */
export function BudgetMeter({
  budget: { label, used, max, window_ms },
}: {
  readonly budget: Overview['budgets'][number]
}): ReactElement {
  const share = max === 0 ? 0 : Math.min(1, used / max)
  const text = `${countText(used)} of ${countText(max)} used in the last ${spanText(window_ms)}, ${shareText(share)}`
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(used, max)}
        aria-valuetext={text}
        className="h-2 min-w-40 flex-1 overflow-hidden rounded-full bg-well"
      >
        <span
          className={classNames('block h-full rounded-full', share >= NEARLY_ALL ? 'bg-wait' : 'bg-accent')}
          style={{ width: `${share * 100}%` }}
        />
      </span>
      <span className="text-sm text-muted">{text}</span>
    </span>
  )
}
