import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function Deliveries(): ReactElement {
  return <EmptyState icon="info" title="Deliveries" />
}
