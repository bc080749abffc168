import type { ReactElement, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { Icon, type IconName } from './Icon.tsx'
import type { Tone } from './StateBadge.tsx'

export type Station = {
  readonly id: string
  readonly title: ReactNode
  readonly tone: Tone
  readonly icon: IconName
  /** Beside the title: a time, a state. */
  readonly note?: ReactNode
  readonly children?: ReactNode
}

const DOTS: Readonly<Record<Tone, string>> = {
  good: 'bg-good-soft text-good',
  wait: 'bg-wait-soft text-wait',
  bad: 'bg-bad-soft text-bad',
  off: 'bg-off-soft text-off',
}

/** What happened, from the top down along one line. */
export function Stations({
  label,
  stations,
}: {
  readonly label: string
  readonly stations: readonly Station[]
}): ReactElement {
  return (
    <ol aria-label={label} className="flex flex-col">
      {stations.map(({ id, title, tone, icon, note, children }, index) => (
        <li key={id} className="flex gap-3">
          <div aria-hidden="true" className="flex flex-col items-center">
            <span
              className={classNames(
                'flex size-7 shrink-0 items-center justify-center rounded-full',
                DOTS[tone],
              )}
            >
              <Icon name={icon} />
            </span>
            {index < stations.length - 1 && <span className="w-px flex-1 bg-edge" />}
          </div>
          <div className="min-w-0 flex-1 pt-0.5 pb-6">
            <div className="flex flex-wrap items-baseline gap-x-3">
              <h3 className="font-semibold">{title}</h3>
              {note !== undefined && <span className="text-sm text-muted">{note}</span>}
            </div>
            {children !== undefined && <div className="mt-1">{children}</div>}
          </div>
        </li>
      ))}
    </ol>
  )
}
