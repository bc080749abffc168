import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { JsonObject } from '../../core/event.ts'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { type Answer, api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import { ListTable } from '../ui/ListTable.tsx'
import { FINDING_WORDS } from './finding-words.ts'

type Tried = Answer<'POST /admin/v1/tracking-plans/trial'>
type Props = {
  /** Undefined while they are not right. */
  readonly rules: readonly PlanRule[] | undefined
  /** Those that hold to the plan; none: the events of all are tried. */
  readonly sources: readonly string[]
}

/** What of the newest events is not as the rules say, before they are saved. */
export function TrialPanel({ rules, sources }: Props): ReactElement {
  const trial = useMutation({
    mutationFn: (given: readonly PlanRule[]) =>
      api('POST /admin/v1/tracking-plans/trial', {
        body: {
          rules: given as unknown as JsonObject[],
          ...(sources.length === 0 ? {} : { sources: [...sources] }),
        },
      }),
  })
  return (
    <section aria-label="Trial" className="panel flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          disabled={rules === undefined}
          isBusy={trial.isPending}
          onClick={() => rules !== undefined && trial.mutate(rules)}
        >
          Try on the newest events
        </Button>
        <span className="text-sm text-muted">
          With the rules as they stand here. Nothing is stored, and nothing is blocked.
        </span>
      </div>
      <div role="status" className="flex flex-col gap-2 empty:hidden">
        {trial.error !== null ? (
          <p className="text-bad">{errorText(trial.error)}</p>
        ) : (
          trial.data !== undefined && <Outcome tried={trial.data} />
        )}
      </div>
    </section>
  )
}

function Outcome({ tried: { looked, found } }: { readonly tried: Tried }): ReactElement {
  if (looked === 0) return <p className="text-muted">No events came yet.</p>
  if (found.length === 0)
    return <p className="text-good">All of the last {looked} events are as they should be.</p>
  return (
    <>
      <p>Of the last {looked} events:</p>
      <ListTable
        label="What is not as the rules say"
        columns={['Call', 'Place', 'What', 'Events', 'See']}
        rows={found.map(({ kind, type, event, path, rule, text, count, addresses }) => ({
          key: [kind, type, event, path, rule].join(' '),
          cells: [
            event === '' ? type : event,
            path === '' ? '–' : <code key="path">{path}</code>,
            `${FINDING_WORDS[kind]}: ${text}`,
            count.toLocaleString('en-US'),
            addresses[0] === undefined ? (
              '–'
            ) : (
              <Link
                key="see"
                to="/events/$address"
                params={{ address: addresses[0].replaceAll('/', '-') }}
                className="link"
              >
                an event
              </Link>
            ),
          ],
        }))}
      />
    </>
  )
}
