import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function Schema(): ReactElement {
  return <EmptyState icon="info" title="Schema" />
}
