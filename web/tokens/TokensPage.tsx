import { type ReactElement, useState } from 'react'
import { Page } from '../app/Page.tsx'
import { SettingsTabs } from '../settings/SettingsTabs.tsx'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { NewTokenDialog } from './NewTokenDialog.tsx'
import { TokensList } from './TokensList.tsx'

/** What programs log in with: all tokens for an admin, for others their own. */
export function TokensPage(): ReactElement {
  const [isMaking, setMaking] = useState(false)
  return (
    <Page
      title="Tokens"
      crumbs={[{ label: 'Settings', link: { to: '/settings' } }]}
      tabs={<SettingsTabs />}
      actions={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Icon name="plus" /> New token
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="max-w-2xl text-muted">
          Programs use a token in place of a login. It may what its role may, and never more than whoever made
          it may do now.
        </p>
        <TokensList />
      </div>
      {isMaking && <NewTokenDialog onClose={() => setMaking(false)} />}
    </Page>
  )
}
