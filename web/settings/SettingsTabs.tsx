import type { ReactElement } from 'react'
import { useMay } from '../api/use-may.ts'
import { Tabs } from '../ui/Tabs.tsx'

/** The parts of the settings. People and the audit log are for admins; to others they say so. */
export function SettingsTabs(): ReactElement {
  const { may } = useMay('manage')
  return (
    <Tabs
      label="Parts of the settings"
      tabs={[
        { label: 'Server', link: { to: '/settings' }, isExact: true },
        ...(may ? [{ label: 'People', link: { to: '/settings/people' } as const }] : []),
        { label: 'Tokens', link: { to: '/settings/tokens' } },
        ...(may ? [{ label: 'Audit log', link: { to: '/settings/audit' } as const }] : []),
      ]}
    />
  )
}
