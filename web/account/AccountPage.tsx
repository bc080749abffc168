import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { Page } from '../app/Page.tsx'
import { Section } from '../settings/Section.tsx'
import { TokensList } from '../tokens/TokensList.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { FactorSection } from './FactorSection.tsx'
import { NameSection } from './NameSection.tsx'
import { PasswordSection } from './PasswordSection.tsx'
import { SessionsSection } from './SessionsSection.tsx'

/** What is one's own: name, password, second factor, where one is logged in, and tokens. */
export function AccountPage(): ReactElement {
  const me = useQuery(queries.login()).data?.me
  return (
    <Page title="My account">
      {me?.via === 'session' ? (
        <div className="flex max-w-4xl flex-col gap-10">
          <NameSection me={me} />
          {me.hasPassword && <PasswordSection />}
          {me.hasPassword && <FactorSection me={me} />}
          <SessionsSection />
          <Section
            id="tokens"
            title="My tokens"
            help="Programs use a token in place of a login. A token never may more than you may."
          >
            <TokensList isOwnOnly />
          </Section>
        </div>
      ) : (
        <EmptyState icon="person" title="Login is off">
          There are no accounts: whoever reaches this port may do everything.
        </EmptyState>
      )}
    </Page>
  )
}
