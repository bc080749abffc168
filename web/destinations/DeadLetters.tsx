import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function DeadLetters(): ReactElement {
  return <EmptyState icon="info" title="Dead-letters" />
}
