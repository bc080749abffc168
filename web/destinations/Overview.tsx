import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function Overview(): ReactElement {
  return <EmptyState icon="info" title="Overview" />
}
