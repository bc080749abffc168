import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function Actions(): ReactElement {
  return <EmptyState icon="info" title="Actions" />
}
