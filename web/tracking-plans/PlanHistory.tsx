import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { type Answer, api } from '../api/api.ts'
import { useSaved } from '../api/use-saved.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { VersionList } from '../ui/VersionList.tsx'
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
  const asked = useQuery(planQueries.versions(plan.id))
  return (
    <VersionList asked={asked} noteOf={({ rules }) => `${rules.toLocaleString('en-US')} rules`}>
      {({ shown, before }) => (
        <OneVersion key={shown.version} {...{ plan, chosen: shown, before, onClose }} />
      )}
    </VersionList>
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
    <>
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
    </>
  )
}
