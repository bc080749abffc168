import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { HELD_CODES } from '../../core/errors.ts'
import { Count } from '../ui/Count.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Time } from '../ui/Time.tsx'
import { useDestination } from './destination.ts'
import type { Overview } from './overview-query.ts'
import { sentence } from './state-words.ts'

/** Codes of problems that are tried again: their attempts say more than dead letters do. */
const TRIED_AGAIN: ReadonlySet<string> = new Set([
  'DESTINATION_UNREACHABLE',
  'DESTINATION_TIMEOUT',
  'DESTINATION_THROTTLED',
  'DESTINATION_FAILED',
  ...HELD_CODES,
])

/** What went wrong last, in plain words, with what to do and the way to it. */
export function LastProblem({ overview }: { readonly overview: Overview }): ReactElement | null {
  const { id, name, reason } = useDestination()
  const { lastProblem: problem, dead } = overview
  if (problem === undefined) return null
  const isTriedAgain = TRIED_AGAIN.has(problem.code)
  // What went through in the end is history, unless it goes on.
  if (isTriedAgain && overview.state === 'flowing') return null
  if (!isTriedAgain && dead === 0) return null
  const params = { destinationId: id }
  return (
    <section aria-label="Last problem" className="panel flex gap-3 px-3 py-2">
      <Icon name="warning" className={isTriedAgain ? 'mt-0.5 text-wait' : 'mt-0.5 text-bad'} />
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <span className="font-semibold">
            {isTriedAgain ? (
              `${name} did not take ${problem.events === 1 ? 'an event' : `${problem.events} events`}`
            ) : (
              <>
                <Count of={problem.events} /> {problem.events === 1 ? 'event' : 'events'} refused
              </>
            )}
          </span>
          , last <Time at={problem.at} />
          {reason?.text === problem.text ? '.' : `: ${sentence(problem.text)}`}{' '}
          {isTriedAgain ? (
            <Link
              to="/destinations/$destinationId/deliveries"
              params={params}
              search={{ outcome: 'retry' }}
              className="link"
            >
              See them
            </Link>
          ) : (
            <Link
              to="/destinations/$destinationId/dead-letters"
              params={params}
              search={{ code: problem.code }}
              className="link"
            >
              See them
            </Link>
          )}
        </p>
        <p className="text-muted">{problem.advice}</p>
      </div>
    </section>
  )
}
