import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { buttonClass } from '../ui/button-class.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Page } from './Page.tsx'

export function PageMissing(): ReactElement {
  return (
    <Page title="Nothing here">
      <EmptyState
        icon="search"
        title="There is no page at this address"
        action={
          <Link to="/" className={buttonClass('primary')}>
            Go to Connections
          </Link>
        }
      >
        What it showed may have been deleted, or the address is not whole.
      </EmptyState>
    </Page>
  )
}

export function PageFailed({ error, reset }: ErrorComponentProps): ReactElement {
  return (
    <Page title="This page failed">
      <ErrorState what="This page" error={error} onRetry={reset} />
    </Page>
  )
}

export function PageLoading(): ReactElement {
  return <Skeleton lines={6} label="Loading the page…" />
}
