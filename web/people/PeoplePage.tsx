import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { type Answer, api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { useMay } from '../api/use-may.ts'
import { Page } from '../app/Page.tsx'
import { SettingsTabs } from '../settings/SettingsTabs.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { FactorForAll } from './FactorForAll.tsx'
import { Invitations } from './Invitations.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { PeopleTable } from './PeopleTable.tsx'

export type Person = Answer<'GET /admin/v1/people'>['people'][number]
export const PEOPLE_KEY = ['people'] as const

/** Everybody who can log in, and who is invited. */
export function PeoplePage(): ReactElement {
  const { may, why } = useMay('manage')
  const [isInviting, setInviting] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: PEOPLE_KEY,
    queryFn: ({ signal }) => api('GET /admin/v1/people', { signal }),
    enabled: may,
  })
  const ways = useQuery(queries.login()).data
  return (
    <Page
      title="People"
      crumbs={[{ label: 'Settings', link: { to: '/settings' } }]}
      tabs={<SettingsTabs />}
      actions={
        <Button
          needs="manage"
          look="primary"
          disabled={ways?.login === 'off'}
          onClick={() => setInviting(true)}
        >
          <Icon name="plus" /> Invite somebody
        </Button>
      }
    >
      <div className="flex flex-col gap-10">
        {ways?.login === 'off' && (
          <p className="max-w-2xl text-muted">
            Login is off: whoever reaches this port may do everything. People count once the server is started
            with login on.
          </p>
        )}
        {error !== null && <ErrorState what="The people" error={error} onRetry={() => void refetch()} />}
        {!may && (
          <EmptyState icon="person" title="People are for admins">
            {why}
          </EmptyState>
        )}
        {may && error === null && data === undefined && <Skeleton lines={4} />}
        {data !== undefined && (
          <>
            <PeopleTable people={data.people} />
            <Invitations />
            <FactorForAll isOn={data.requireSecondFactor} />
          </>
        )}
      </div>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  )
}
