import type { ReactElement } from 'react'
import { Page } from '../app/Page.tsx'
import { AlertSettingsSection } from './AlertSettingsSection.tsx'
import { ChangesSection } from './ChangesSection.tsx'
import { PrivacySection } from './privacy/PrivacySection.tsx'
import { ServerSection } from './ServerSection.tsx'
import { SettingsTabs } from './SettingsTabs.tsx'
import { WorkSection } from './WorkSection.tsx'

/** What is of the whole installation: the server, who is told of trouble, and what was changed. */
export function SettingsPage(): ReactElement {
  return (
    <Page title="Settings" tabs={<SettingsTabs />}>
      <div className="flex max-w-4xl flex-col gap-10">
        <AlertSettingsSection />
        <PrivacySection />
        <ServerSection />
        <WorkSection />
        <ChangesSection />
      </div>
    </Page>
  )
}
