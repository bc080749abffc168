import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { classNames } from '../ui/class-names.ts'
import { STEP_NAMES, STEPS, type Step } from './steps.ts'

type Props = { readonly kind: string; readonly step: Step }

/** How far one is; each step can be gone to. */
export function StepList({ kind, step }: Props): ReactElement {
  return (
    <nav aria-label="Steps" className="-mb-px overflow-x-auto">
      <ol className="flex gap-1">
        {STEPS.map((one, index) => (
          <li key={one}>
            <Link
              to="/destinations/new/$kind"
              params={{ kind }}
              search={{ step: one }}
              activeOptions={{ includeSearch: true }}
              aria-current={one === step ? 'step' : undefined}
              className={classNames(
                'inline-flex h-9 items-center gap-2 rounded-t border-b-2 px-3 font-medium whitespace-nowrap -outline-offset-2 hover:text-text',
                one === step ? 'border-accent text-text' : 'border-transparent text-muted',
              )}
            >
              <span
                className={classNames(
                  'flex size-5 items-center justify-center rounded-full text-xs',
                  one === step ? 'bg-accent text-on-accent' : 'bg-off-soft text-off',
                )}
              >
                {index + 1}
              </span>
              {STEP_NAMES[one]}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}
