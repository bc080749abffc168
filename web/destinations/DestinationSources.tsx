import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function DestinationSources(): ReactElement {
  return <EmptyState icon="info" title="Sources" />
}
