import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Button } from '../ui/Button.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { type Step, stepAfter, stepBefore } from './steps.ts'

type Props = {
  readonly kind: string
  readonly step: Step
  readonly next: string
  /** Says whether one may go on. */
  readonly onNext?: () => boolean
}

export function StepButtons({ kind, step, next, onNext }: Props): ReactElement {
  const navigate = useNavigate()
  const [before, after] = [stepBefore(step), stepAfter(step)]
  return (
    <div className="mt-6 flex flex-wrap gap-2">
      {before !== undefined && (
        <Link
          to="/destinations/new/$kind"
          params={{ kind }}
          search={{ step: before }}
          className={buttonClass('normal')}
        >
          Back
        </Link>
      )}
      {after !== undefined && (
        <Button
          look="primary"
          onClick={() => {
            if (onNext?.() === false) return
            void navigate({ to: '/destinations/new/$kind', params: { kind }, search: { step: after } })
          }}
        >
          {next}
        </Button>
      )}
    </div>
  )
}
