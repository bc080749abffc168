import type { ReactElement } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'

export function SetUp(): ReactElement {
  return <EmptyState icon="info" title="Set-up" />
}
