import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { type Answer, api } from '../api/api.ts'
import { useSaved } from '../api/use-saved.ts'
import { Button } from '../ui/Button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Time } from '../ui/Time.tsx'
import { ChangeList } from './ChangeList.tsx'
import { ruleChanges } from './plan-draft.ts'
import { planQueries } from './plan-queries.ts'

type Plan = Answer<'GET /admin/v1/tracking-plans/:id'>
type Version = Answer<'GET /admin/v1/tracking-plans/:id/versions'>['versions'][number]
type Props = { readonly isOpen: boolean; readonly onClose: () => void; readonly plan: Plan }

/** What the plan was, who changed it, and which rules each change touched; any of it can be put back. */
export function PlanHistory({ isOpen, onClose, plan }: Props): ReactElement {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="History" isWide>
      <Versions plan={plan} onClose={onClose} />
    </Dialog>
  )
}

function Versions({ plan, onClose }: Omit<Props, 'isOpen'>): ReactElement {
  const { data, error, refetch } = useQuery(planQueries.versions(plan.id))
  const [at, setAt] = useState(0)
  if (error !== null) return <ErrorState what="The history" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton lines={5} label="Loading the history…" />
  const { versions } = data
  const [chosen, before] = [versions[at], versions[at + 1]]
  if (chosen === undefined) return <p className="text-muted">There is no history of it yet.</p>
  return (
    <div className="grid gap-4 md:grid-cols-[15rem_minmax(0,1fr)]">
      <ol aria-label="Versions" className="flex max-h-[60vh] flex-col gap-1 overflow-y-auto">
        {versions.map((version, index) => (
          <li key={version.version}>
            <button
              type="button"
              aria-current={index === at ? 'true' : undefined}
              onClick={() => setAt(index)}
              className={classNames(
                'w-full rounded-md px-2 py-1.5 text-left',
                index === at ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <strong>v{versions.length - index}</strong> <Time at={version.at} />
              <span className="block truncate text-sm text-muted">
                {version.by} · {version.rules.toLocaleString('en-US')} rules
                {version.current && ' · as it is now'}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <OneVersion key={chosen.version} {...{ plan, chosen, before, onClose }} />
    </div>
  )
}

type OneProps = {
  readonly plan: Plan
  readonly chosen: Version
  readonly before: Version | undefined
  readonly onClose: () => void
}

function OneVersion({ plan: { id, revision }, chosen, before, onClose }: OneProps): ReactElement {
  const is = useQuery(planQueries.version(id, chosen.version)).data
  const was = useQuery({
    ...planQueries.version(id, before?.version ?? 0),
    enabled: before !== undefined,
  }).data
  const restore = useSaved(
    (rules: readonly PlanRule[]) =>
      api('PATCH /admin/v1/tracking-plans/:id', { params: { id }, body: { rules: [...rules], revision } }),
    { said: () => 'The rules are as they were in that version.', onDone: onClose },
  )
  if (is === undefined || (before !== undefined && was === undefined)) return <Skeleton lines={5} />
  const rules = is.rules as readonly PlanRule[]
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <ChangeList changes={ruleChanges((was?.rules ?? []) as readonly PlanRule[], rules)} />
      {!chosen.current && (
        <Button
          needs="edit"
          className="self-start"
          isBusy={restore.isPending}
          onClick={() => restore.mutate(rules)}
        >
          Put these rules back
        </Button>
      )}
    </div>
  )
}
