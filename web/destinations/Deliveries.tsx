import type { ReactElement } from 'react'
import { AttemptsPage } from '../deliveries/AttemptsPage.tsx'
import { useDestination } from './destination.ts'
import { NoHistory } from './NoHistory.tsx'

export function Deliveries(): ReactElement {
  const { id, mode, actions } = useDestination()
  return mode === 'web' ? <NoHistory /> : <AttemptsPage key={id} destinationId={id} actions={actions} />
}
