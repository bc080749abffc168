import type { ReactElement, ReactNode } from 'react'
import { Button } from './Button.tsx'
import { classNames } from './class-names.ts'
import { Icon } from './Icon.tsx'

type Props = {
  readonly list: ReactNode
  /** What is chosen in the list; undefined when nothing is. */
  readonly detail: ReactNode | undefined
  readonly detailLabel: string
  readonly onBack: () => void
  /** The list is a table that needs more room than half. */
  readonly isListWide?: boolean
}

/** A list left, what is chosen right. Where it is narrow, one at a time, with a way back. */
export function SplitPane({ list, detail, detailLabel, onBack, isListWide = false }: Props): ReactElement {
  const isChosen = detail !== undefined
  return (
    <div
      className={classNames(
        'panel grid min-h-96 grid-cols-1 overflow-hidden lg:h-[calc(100vh-16rem)]',
        isListWide ? 'lg:grid-cols-[11fr_9fr]' : 'lg:grid-cols-2',
      )}
    >
      <div
        className={classNames('min-h-0 min-w-0 lg:block lg:border-r lg:border-line', isChosen && 'hidden')}
      >
        {list}
      </div>
      <section
        aria-label={detailLabel}
        className={classNames('min-h-0 min-w-0 overflow-y-auto lg:block', !isChosen && 'hidden')}
      >
        {isChosen ? (
          <>
            <Button look="quiet" size="small" className="m-2 lg:hidden" onClick={onBack}>
              <Icon name="chevron-left" /> Back to the list
            </Button>
            {detail}
          </>
        ) : (
          <p className="p-6 text-center text-muted">Choose a row to see it here.</p>
        )}
      </section>
    </div>
  )
}
